"""What every service's web side has in common: the app, its errors, identity, paging, pages."""
