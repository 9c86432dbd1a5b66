"""Tax numbers of Chinese Taipei are checked by their check digit, by the old rule and the new."""

import pytest

from services.members.model.tax_numbers import is_tax_number, require_tax_number
from shared.foundation.failures import Invalid


@pytest.mark.parametrize("number", ["04595257", "00501503", "10458574", "10458575"])
def test_a_number_whose_weighted_sum_divides_is_good(number):
    assert is_tax_number(number)


@pytest.mark.parametrize("number", ["04595256", "0459525", "045952577", "0459525a", ""])
def test_a_number_that_does_not_fit_is_refused(number):
    with pytest.raises(Invalid):
        require_tax_number(number)


@pytest.mark.parametrize("written", ["0050 1503", "0050-1503", "００５０１５０３"])
def test_a_number_is_kept_in_its_plain_form(written):
    assert require_tax_number(written) == "00501503"
