-- What an identity's policy allows on everything and without a condition: the patterns of
-- actions in allows, those of which it allows all others in all_but, and what it denies; in
-- of_roles, of_users and of_policies what it allows on everything of that kind.
CREATE TEMP MACRO policy_reach(policy) AS {
  'allows': flatten(list_transform(
    list_filter(policy_statements(policy), lambda s: policy_statement_is_wide(s, 'Allow', '')),
    lambda s: list_transform(json_items(s -> '$.Action'), lambda a: lower(a ->> '$'))
  )),
  'all_but': list_transform(
    list_filter(policy_statements(policy), lambda s: policy_statement_is_wide(s, 'Allow', '') AND (s -> '$.NotAction') IS NOT NULL),
    lambda s: list_transform(json_items(s -> '$.NotAction'), lambda a: lower(a ->> '$'))
  ),
  'denies': flatten(list_transform(
    list_filter(policy_statements(policy), lambda s: policy_statement_is_wide(s, 'Deny', '')),
    lambda s: list_transform(json_items(s -> '$.Action'), lambda a: lower(a ->> '$'))
  )),
  'of_roles': flatten(list_transform(
    list_filter(policy_statements(policy), lambda s: policy_statement_is_wide(s, 'Allow', 'role')),
    lambda s: list_transform(json_items(s -> '$.Action'), lambda a: lower(a ->> '$'))
  )),
  'of_users': flatten(list_transform(
    list_filter(policy_statements(policy), lambda s: policy_statement_is_wide(s, 'Allow', 'user')),
    lambda s: list_transform(json_items(s -> '$.Action'), lambda a: lower(a ->> '$'))
  )),
  'of_policies': flatten(list_transform(
    list_filter(policy_statements(policy), lambda s: policy_statement_is_wide(s, 'Allow', 'policy')),
    lambda s: list_transform(json_items(s -> '$.Action'), lambda a: lower(a ->> '$'))
  ))
}
