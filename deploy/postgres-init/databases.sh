#!/bin/bash
# One role and one database for each service; nobody enters another's.
set -euo pipefail
for service in members events notifications; do
    variable="$(echo "$service" | tr '[:lower:]' '[:upper:]')_PASSWORD"
    psql -v ON_ERROR_STOP=1 -v password="${!variable}" -U postgres <<SQL
CREATE ROLE $service LOGIN PASSWORD :'password';
CREATE DATABASE $service OWNER $service;
REVOKE ALL ON DATABASE $service FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE $service TO $service;
SQL
done
