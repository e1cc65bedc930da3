-- Who may use something by its policy, or assume a role by its trust policy, and is none of
-- the accounts in own: their ids, and * for everyone. A condition that binds callers to an
-- organization or to accounts of own lets nobody in from outside, nor does everyone mean
-- everyone where it binds to a network or a resource. Neither does a Deny of all actions for
-- all but those. AWS's services and identity providers are no accounts.
CREATE TEMP MACRO policy_outsiders(policy, own) AS
  CASE
    WHEN len(list_filter(
      policy_statements(policy),
      lambda s: (s ->> '$.Effect') = 'Deny'
        AND ((s ->> '$.Principal') = '*' OR (s ->> '$.Principal.AWS') = '*')
        AND len(list_filter(json_items(s -> '$.Action'), lambda a: regexp_matches(a ->> '$', '(^|:)[*]$'))) > 0
        AND regexp_matches(
          CAST(s -> '$.Condition' AS VARCHAR),
          '(?i)"(ForAnyValue:|ForAllValues:)?(StringNot|ArnNot)[A-Za-z]+":\{"aws:(PrincipalOrgID|PrincipalOrgPaths|PrincipalAccount|PrincipalArn|SourceAccount)"'
        )
    )) > 0 THEN CAST([] AS VARCHAR[])
    ELSE list_sort(list_distinct(flatten(list_transform(
      policy_grants(policy),
      lambda g: CASE
        WHEN g.grantee = '*' AND len(policy_bounds(g.condition)) = 0 THEN ['*']
        WHEN g.grantee = '*' THEN list_filter(policy_bounds(g.condition), lambda b: b <> 'other' AND NOT list_contains(own, b))
        WHEN NOT regexp_full_match(g.grantee, '[0-9]{12}') OR list_contains(own, g.grantee) THEN CAST([] AS VARCHAR[])
        WHEN regexp_matches(CAST(g.condition AS VARCHAR), '(?i)"aws:(PrincipalOrgID|PrincipalOrgPaths|SourceOrgID|SourceOrgPaths)"')
          AND len(policy_bounds(g.condition)) > 0 THEN CAST([] AS VARCHAR[])
        WHEN len(list_filter(policy_bounds(g.condition), lambda b: b <> 'other')) > 0
          THEN list_filter(policy_bounds(g.condition), lambda b: b <> 'other' AND NOT list_contains(own, b))
        ELSE [g.grantee]
      END
    ))))
  END
