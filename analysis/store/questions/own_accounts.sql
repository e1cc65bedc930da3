-- The organization's accounts, as far as the case knows them.
CREATE TEMP TABLE own_accounts AS
SELECT account_id FROM ev.accounts WHERE account_id IS NOT NULL
UNION
SELECT value FROM temp.main.known WHERE kind = 'account_id'
-- entered
;
