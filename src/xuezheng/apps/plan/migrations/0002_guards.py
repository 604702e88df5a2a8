"""What the database itself refuses: an allocation that does not sum, a claimant who confirms, changed history."""

from typing import ClassVar

from django.db import migrations

GUARDS = """
CREATE FUNCTION plan_check_allocation(wanted_commitment bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    goal numeric;
    shared numeric;
    current_version bigint;
BEGIN
    SELECT c.target, v.id INTO goal, current_version
        FROM plan_commitment c JOIN plan_allocationversion v ON v.commitment_id = c.id AND v.is_current
        WHERE c.id = wanted_commitment;
    IF current_version IS NULL THEN
        RETURN;
    END IF;
    SELECT coalesce(sum(value), 0) INTO shared FROM plan_allocationshare WHERE version_id = current_version;
    IF goal IS NULL OR shared <> goal THEN
        RAISE EXCEPTION 'the shares of commitment % sum to %, its target is %', wanted_commitment, shared, goal
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_sums_to_target';
    END IF;
END $$;

CREATE FUNCTION plan_share_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM plan_check_allocation(v.commitment_id) FROM plan_allocationversion v
        WHERE v.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END;
    RETURN NULL;
END $$;

CREATE FUNCTION plan_version_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM plan_check_allocation(NEW.commitment_id);
    RETURN NULL;
END $$;

CREATE FUNCTION plan_target_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM plan_check_allocation(NEW.id);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER allocation_share_sums AFTER INSERT OR UPDATE OR DELETE ON plan_allocationshare
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plan_share_changed();
CREATE CONSTRAINT TRIGGER allocation_version_sums AFTER INSERT OR UPDATE ON plan_allocationversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plan_version_changed();
CREATE CONSTRAINT TRIGGER allocation_target_sums AFTER UPDATE OF target ON plan_commitment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plan_target_changed();

CREATE FUNCTION plan_check_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claimant bigint;
BEGIN
    SELECT claimed_by_id INTO claimant FROM plan_claim WHERE id = NEW.claim_id;
    IF NEW.claimant_id IS DISTINCT FROM claimant THEN
        RAISE EXCEPTION 'claim % was made by another person', NEW.claim_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmation_names_claimant';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmation_names_claimant BEFORE INSERT ON plan_confirmation
    FOR EACH ROW EXECUTE FUNCTION plan_check_confirmation();

CREATE FUNCTION plan_keep_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.commitment_id, NEW.division_id, NEW.milestone_id, NEW.value, NEW.as_of, NEW.note, NEW.claimed_by_id,
        NEW.claimed_at) IS DISTINCT FROM (OLD.commitment_id, OLD.division_id, OLD.milestone_id, OLD.value, OLD.as_of,
        OLD.note, OLD.claimed_by_id, OLD.claimed_at) THEN
        RAISE EXCEPTION 'what claim % says cannot be changed; make a new claim', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_kept BEFORE UPDATE ON plan_claim FOR EACH ROW EXECUTE FUNCTION plan_keep_claim();

CREATE FUNCTION plan_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only';
END $$;
CREATE TRIGGER confirmation_append_only BEFORE UPDATE OR DELETE ON plan_confirmation
    FOR EACH ROW EXECUTE FUNCTION plan_append_only();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON plan_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION plan_append_only();
CREATE TRIGGER result_append_only BEFORE UPDATE OR DELETE ON plan_indicatorresult
    FOR EACH ROW EXECUTE FUNCTION plan_append_only();
"""

UNGUARD = """
DROP TRIGGER result_append_only ON plan_indicatorresult;
DROP TRIGGER ledger_append_only ON plan_ledgerentry;
DROP TRIGGER confirmation_append_only ON plan_confirmation;
DROP TRIGGER claim_kept ON plan_claim;
DROP TRIGGER confirmation_names_claimant ON plan_confirmation;
DROP TRIGGER allocation_target_sums ON plan_commitment;
DROP TRIGGER allocation_version_sums ON plan_allocationversion;
DROP TRIGGER allocation_share_sums ON plan_allocationshare;
DROP FUNCTION plan_append_only();
DROP FUNCTION plan_keep_claim();
DROP FUNCTION plan_check_confirmation();
DROP FUNCTION plan_target_changed();
DROP FUNCTION plan_version_changed();
DROP FUNCTION plan_share_changed();
DROP FUNCTION plan_check_allocation(bigint);
"""


class Migration(migrations.Migration):
    """Add the functions and triggers."""

    dependencies: ClassVar = [("plan", "0001_plan")]
    operations: ClassVar = [migrations.RunSQL(GUARDS, UNGUARD)]
