"""All that the company has decided, in words, on one page: whoever works here can read it."""

from flask import Blueprint, render_template, request
from flask_babel import gettext, ngettext
from flask_security import auth_required

from trainer.orders.desks import EVERY
from trainer.orders.search import folded
from trainer.orders.values import MINUTE
from trainer.orders.world import Policies
from trainer.web.promotions import running
from trainer.web.rules import Rule, rules
from trainer.web.screens import screen, surroundings
from trainer.web.words import DESK_NAMES, money, word

bp = Blueprint("rules", __name__, url_prefix="/attempts/<key>")


def every(policies: Policies, currency: str) -> dict[str, list[Rule]]:
    """All that the company has decided, by what it is about. What is left to chance is no rule."""
    return {
        gettext("Orders and promises"): _on_promises(policies, currency),
        gettext("Supply"): rules(policies) + _on_supply(policies),
        gettext("Money"): _on_money(policies, currency),
        gettext("Delivery"): _on_delivery(policies),
        gettext("Returns and claims"): _on_what_comes_back(policies, currency),
        gettext("Customers"): _on_customers(policies),
    }


def _on_promises(policies: Policies, currency: str) -> list[Rule]:
    days = policies.handling_days
    found = [
        Rule(
            "handling_days",
            gettext("Handling"),
            ngettext(
                "%(num)s day until the goods leave", "%(num)s days until the goods leave", days
            ),
        ),
        Rule(
            "credit_check",
            gettext("Credit limit"),
            gettext("an order that would exceed it is not confirmed")
            if policies.credit_check == "block"
            else gettext("the check says where it is exceeded, and stops nothing"),
        ),
        Rule("check_holds", gettext("A check stops an order for"), _kinds(policies.check_holds)),
        Rule("four_eyes", gettext("Released by a supervisor alone"), _kinds(policies.four_eyes)),
        Rule("desks", gettext("Work is divided among desks"), _desks(policies)),
    ]
    if "fraud" in policies.check_holds:
        large = money(policies.large_order, currency)
        says = gettext("a new customer prepays %(amount)s or more to another address", amount=large)
        found.append(Rule("large_order", gettext("It looks odd when"), says))
    return found


def _expires(policies: Policies) -> str:
    """When what nobody pays is cancelled, in whole hours or in minutes."""
    hours, minutes = divmod(policies.unpaid_expiry // MINUTE, 60)
    if minutes:
        minutes += 60 * hours
        return ngettext(
            "is cancelled after %(num)s minute", "is cancelled after %(num)s minutes", minutes
        )
    if not hours:
        return gettext("waits without an end")
    return ngettext("is cancelled after %(num)s hour", "is cancelled after %(num)s hours", hours)


def _desks(policies: Policies) -> str:
    if not policies.desks:
        return gettext("no: one desk does everything")
    names = gettext(", ").join(str(DESK_NAMES[desk]) for desk in EVERY)
    return gettext(
        "each act belongs to its desk (%(desks)s); whoever approves neither asks nor pays",
        desks=names,
    )


def _kinds(holds: tuple[str, ...]) -> str:
    return gettext(", ").join(word(kind) for kind in holds) or gettext("nothing")


def _on_supply(policies: Policies) -> list[Rule]:
    by_itself, by_hand = gettext("by itself"), gettext("by hand")
    return [
        Rule(
            "production",
            gettext("The factory begins what is short"),
            by_itself if policies.production == "automatic" else by_hand,
        ),
        Rule(
            "backorder_fill",
            gettext("What arrives goes to those who wait"),
            by_itself if policies.backorder_fill == "automatic" else by_hand,
        ),
    ]


def _on_money(policies: Policies, currency: str) -> list[Rule]:
    kept = policies.retention_years
    held, lasts, passed = (
        policies.authorisation_days, policies.store_credit_days, policies.payout_days
    )  # fmt: skip
    most = policies.refund_limit
    return [
        Rule(
            "",
            gettext("Rounding"),
            gettext(
                "half up, to the smallest coin of the currency; a discount on the whole order is "
                "shared over its lines by largest remainder, so that the shares add up to it"
            ),
        ),
        Rule(
            "payment_timing",
            gettext("A prepaid order leaves"),
            gettext("once the money is here")
            if policies.payment_timing == "captured"
            else gettext("once a card has promised the money"),
        ),
        Rule(
            "unpaid_expiry_minutes" if policies.unpaid_expiry_minutes else "unpaid_expiry_hours",
            gettext("A prepaid order that nobody pays"),
            _expires(policies),
        ),
        Rule(
            "account_days",
            gettext("On account"),
            ngettext("%(num)s day to pay", "%(num)s days to pay", policies.account_days),
        ),
        Rule(
            "authorisation_days",
            gettext("A card’s promise holds"),
            ngettext("%(num)s day", "%(num)s days", held),
        ),
        Rule(
            "card_fee"
            if policies.card_fee and not policies.card_fee_permille
            else "card_fee_permille",
            gettext("Kept of each card payment"),
            _card_fee(policies, currency),
        ),
        Rule(
            "promotion_clawback",
            gettext("Who keeps too little for a promotion"),
            gettext("pays what it gave on what they keep")
            if policies.promotion_clawback == "charge"
            else gettext("keeps it all the same"),
        ),
        Rule(
            "refunds",
            gettext("Refunds"),
            gettext("the money is back at once")
            if policies.refunds == "instant"
            else gettext("go through the gateway, which answers later"),
        ),
        Rule(
            "refund_limit",
            gettext("A supervisor approves refunds"),
            gettext("above %(limit)s on one order", limit=money(most, currency))
            if most
            else gettext("of no amount"),
        ),
        Rule(
            "chargeback_days",
            gettext("A chargeback is contested"),
            ngettext(
                "within %(num)s day; else it is lost",
                "within %(num)s days; else it is lost",
                policies.chargeback_days,
            ),
        ),
        Rule(
            "store_credit",
            gettext("Store credit"),
            ngettext(
                "with the customer’s consent; it lapses after %(num)s day",
                "with the customer’s consent; it lapses after %(num)s days",
                lasts,
            )
            if policies.store_credit == "agreed"
            else gettext("is never given"),
        ),
        Rule(
            "payout_days",
            gettext("Cash from the door is passed on after"),
            ngettext("%(num)s day", "%(num)s days", passed),
        ),
        Rule(
            "tax_profiles",
            gettext("An invoice needs"),
            gettext("a title and a tax id that can be right")
            if policies.tax_profiles == "required"
            else gettext("no tax id"),
        ),
        Rule(
            "retention_years",
            gettext("Papers are kept for"),
            ngettext("%(num)s year", "%(num)s years", kept),
        ),
    ]


def _card_fee(policies: Policies, currency: str) -> str:
    """What whoever pays out card money keeps."""
    said = [gettext("%(share)s ‰", share=policies.card_fee_permille)]
    said = said if policies.card_fee_permille else []
    said += [money(policies.card_fee, currency)] if policies.card_fee else []
    return " + ".join(said) or gettext("nothing")


def _on_delivery(policies: Policies) -> list[Rule]:
    silent, traced = policies.auto_signoff_days, policies.trace_days
    return [
        Rule(
            "trace_days",
            gettext("A parcel in trouble is given up"),
            ngettext(
                "after %(num)s day without a scan", "after %(num)s days without a scan", traced
            ),
        ),
        Rule(
            "auto_signoff_days",
            gettext("A parcel at the door counts as signed for"),
            ngettext(
                "after %(num)s day without a word", "after %(num)s days without a word", silent
            )
            if silent
            else gettext("only when somebody has signed"),
        ),
    ]


def _on_what_comes_back(policies: Policies, currency: str) -> list[Rule]:
    days, percent = policies.return_window_days, policies.restocking_fee_percent
    most, waited = policies.goodwill_limit, policies.return_expiry_days
    return [
        Rule(
            "return_window_days",
            gettext("Returns are taken"),
            ngettext("within %(num)s day of delivery", "within %(num)s days of delivery", days),
        ),
        Rule(
            "return_expiry_days",
            gettext("An agreed return whose goods do not come"),
            ngettext("is over after %(num)s day", "is over after %(num)s days", waited)
            if waited
            else gettext("is waited for without an end"),
        ),
        Rule(
            "damage_evidence",
            gettext("Damage is made good"),
            gettext("once the customer has shown it")
            if policies.damage_evidence
            else gettext("a return by its word, a claim by what is written down of it"),
        ),
        Rule(
            "graded_inspection",
            gettext("Goods that came back are graded"),
            gettext("always graded")
            if policies.graded_inspection
            else gettext("if somebody wants to"),
        ),
        Rule(
            "return_excluded",
            gettext("Not taken back for a reason of the customer’s own"),
            ", ".join(policies.return_excluded) or gettext("nothing"),
        ),
        Rule(
            "repair_quotes",
            gettext("A repair for which the customer is liable"),
            gettext("is quoted, and begun once they agree")
            if policies.repair_quotes
            else gettext("is free"),
        ),
        Rule(
            "restocking_fee_percent",
            gettext("Restocking fee at the customer’s cost"),
            gettext("%(percent)s %%", percent=percent) if percent else gettext("nothing"),
        ),
        Rule(
            "goodwill_limit",
            gettext("Goodwill on one order"),
            gettext(
                "at most %(limit)s with claims at the customer’s liability; a supervisor may "
                "double it where something went wrong",
                limit=money(most, currency),
            )
            if most
            else gettext("any amount up to what it costs"),
        ),
        Rule(
            "",
            gettext("Shipping is credited"),
            gettext("up to what was charged, with a reason"),
        ),
    ]


def _on_customers(policies: Policies) -> list[Rule]:
    hours, days = policies.complaint_answer_hours, policies.review_after_days
    return [
        Rule(
            "complaint_answer_hours",
            gettext("A complaint is answered"),
            ngettext("within %(num)s hour", "within %(num)s hours", hours),
        ),
        Rule(
            "review_after_days",
            gettext("A file is reviewed"),
            ngettext("after %(num)s day", "after %(num)s days", days),
        ),
    ]


def rule_of(policies: Policies, currency: str, policy: str) -> Rule:
    """The rule that a policy is, by its name in `Policies`."""
    every_one = (rule for found in every(policies, currency).values() for rule in found)
    return next(rule for rule in every_one if rule.of == policy)


@bp.get("/rules")
@auth_required()
def show(key: str) -> str:
    """What the company has decided: a scenario sets it, and whoever works here can read it."""
    seen = screen(key)
    words = request.args.get("q", "").strip()[:200]
    chapters = every(seen.world.policies, seen.world.company.currency)
    if seen.world.promotions:
        chapters[gettext("Promotions")] = running(seen.world)
    return render_template(
        "pages/rules.html",
        **surroundings(seen, "rules"),
        chapters=_about(chapters, folded(words)),
        q=words,
    )


def _about(chapters: dict[str, list[Rule]], words: str) -> dict[str, list[Rule]]:
    """Those that say the words, or all of a chapter that is called by them."""
    if not words:
        return chapters
    found = {
        chapter: [it for it in held if words in folded(f"{chapter} {it.name} {it.says}")]
        for chapter, held in chapters.items()
    }
    return {chapter: held for chapter, held in found.items() if held}
