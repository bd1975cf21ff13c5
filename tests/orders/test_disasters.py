"""The 48 threads of the engine's reference, §3: where each is told as a test of ours.

Most stand in the files of disasters, by theme; where an older test tells exactly the same, it is
named here instead of being told twice.
"""

from importlib import import_module
from typing import Final

import pytest

STOCK, MONEY, LIFE = (
    f"tests.orders.test_disasters_{theme}" for theme in ("stock", "money", "lifecycle")
)
AT_ONCE: Final = "tests.store.test_disasters"
TOLD: Final[dict[int, tuple[str, str]]] = {
    1: (AT_ONCE, "test_two_at_once_do_not_set_aside_more_than_there_is"),
    2: (AT_ONCE, "test_two_at_once_lose_none_of_what_they_set_aside"),
    3: (AT_ONCE, "test_what_was_there_when_one_looked_is_looked_at_again"),
    4: (STOCK, "test_paid_and_then_out_of_stock_is_a_state_one_can_work_in"),
    5: (STOCK, "test_an_allocation_that_went_missing_is_found_by_the_nightly_check"),
    6: (STOCK, "test_what_is_set_aside_never_falls_below_nothing_and_the_book_can_be_mended"),
    7: (STOCK, "test_an_edit_reserves_what_it_adds_and_nothing_that_has_left"),
    8: (STOCK, "test_a_parcel_is_unpacked_though_nothing_is_free"),
    9: (STOCK, "test_a_count_below_what_is_held_says_whose_and_a_later_cancel_works"),
    10: (STOCK, "test_goods_come_back_to_the_shelf_whatever_was_paid_back_before"),
    11: (STOCK, "test_each_cancelled_unit_is_free_again"),
    12: (STOCK, "test_a_cancelled_line_ships_nothing_and_a_cancelled_order_holds_nothing"),
    13: (
        STOCK,
        "test_no_more_comes_back_than_has_left_and_the_shelf_never_holds_more_than_it_had",
    ),
    14: (STOCK, "test_a_release_names_whose_units_it_releases"),
    15: (LIFE, "test_a_sale_is_not_cancelled_after_its_goods_left"),
    16: (LIFE, "test_looking_at_a_cancellation_cancels_nothing"),
    17: (LIFE, "test_what_came_back_and_was_given_back_is_counted_once"),
    18: (STOCK, "test_a_parcel_that_was_unpacked_counts_for_nothing"),
    19: (LIFE, "test_who_cancels_while_the_warehouse_packs_is_told_so"),
    20: (LIFE, "test_one_sale_comes_back_once_by_whatever_door"),
    21: (LIFE, "test_the_same_line_twice_in_one_return_is_one_row"),
    22: (LIFE, "test_the_summary_of_several_returns_is_their_sum"),
    23: (LIFE, "test_a_parcel_that_never_arrived_cannot_be_sent_back"),
    24: (LIFE, "test_a_return_takes_from_the_line_it_names"),
    25: (MONEY, "test_after_a_return_only_what_was_never_billed_is_billed"),
    26: ("tests.orders.test_returns", "test_three_announced_two_arrived_two_credited"),
    27: (MONEY, "test_the_amount_on_the_screen_is_the_amount_of_the_command"),
    28: (
        "tests.orders.test_refunds",
        "test_a_failed_refund_is_tried_again_under_its_own_number",
    ),
    29: (AT_ONCE, "test_two_refunds_at_once_have_one_limit"),
    30: ("tests.orders.test_refunds", "test_what_is_pending_is_not_promised_a_second_time"),
    31: (MONEY, "test_what_is_owed_asked_for_and_moved_are_three_numbers"),
    32: (AT_ONCE, "test_one_click_that_arrives_at_two_servers_refunds_once"),
    33: (MONEY, "test_a_word_of_the_gateway_that_comes_twice_does_not_end_the_next_try"),
    34: (MONEY, "test_the_discount_on_the_whole_order_is_in_the_refund_of_a_line"),
    35: (MONEY, "test_a_cancelled_line_takes_its_share_of_the_discount_and_no_other"),
    36: (MONEY, "test_after_several_edits_exactly_the_difference_is_paid_back_over_all_payments"),
    37: (MONEY, "test_in_whatever_steps_all_is_paid_back_it_is_what_was_paid"),
    38: (MONEY, "test_a_price_is_taxed_and_cut_up_in_whole_cents"),
    39: (MONEY, "test_an_amount_has_the_decimals_of_its_currency"),
    40: (MONEY, "test_freight_is_paid_back_as_what_was_charged_for_it"),
    41: (MONEY, "test_the_lines_add_up_to_the_total_whatever_was_taken_off"),
    42: (LIFE, "test_what_is_owed_is_looked_at_at_every_door"),
    43: (AT_ONCE, "test_a_stale_screen_overwrites_nothing_and_is_told_what_changed"),
    44: (AT_ONCE, "test_the_answer_brings_the_version_to_go_on_with"),
    45: (LIFE, "test_nobody_is_told_what_has_not_happened"),
    46: (STOCK, "test_new_stock_goes_by_priority_then_promise_then_order_time"),
    47: (LIFE, "test_one_of_two_is_back_and_the_badge_says_so"),
    48: (LIFE, "test_all_is_back_and_the_order_says_so_beside_its_label"),
}


def test_none_of_the_threads_is_left_out() -> None:
    assert sorted(TOLD) == list(range(1, 49))


@pytest.mark.parametrize("row", TOLD)
def test_a_thread_is_told(row: int) -> None:
    module, name = TOLD[row]
    told = getattr(import_module(module), name)
    if "disasters" in module:
        assert told.__doc__.startswith(f"{row}, "), "the docstring names the row"
