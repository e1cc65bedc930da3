INSERT INTO runs VALUES
  (1, '2026-11-09 00:00:00', '2026-11-09 00:01:00', NULL, NULL, [], [], 'trailbench', true),
  (2, '2026-11-10 00:00:00', '2026-11-10 00:01:00', NULL, NULL, [], [], 'trailbench', true);

INSERT INTO found VALUES
  ('1', 'iam_user_created', 'User created', 'detection', 'critical', ['T1136.003'], '2026-11-08 10:00:00', '2026-11-08 11:00:00', 2, 'created', '{}', 1, 1, 2),
  ('2', 'iam_admin_policy', 'Admin policy', 'detection', 'high', ['T1098.003'], '2026-11-09 10:00:00', '2026-11-09 10:00:00', 1, 'attached', '{}', 1, 2, NULL),
  ('3', 'cloudtrail_stopped', 'Logging stopped', 'detection', 'low', ['T1078', 'T1685.002'], '2026-11-09 12:00:00', '2026-11-09 12:00:00', 1, 'stopped a trail', '{}', 2, 2, NULL),
  ('4', 's3_opened', 'Bucket opened', 'detection', 'medium', [], '2026-11-09 13:00:00', '2026-11-09 13:00:00', 0, NULL, '{}', 2, 2, NULL);

INSERT INTO found_events VALUES ('1', 'e1'), ('1', 'e2'), ('2', 'e2'), ('3', 'e3');

INSERT INTO found_entities VALUES
  ('1', 'principal_arn', 'arn:aws:iam::111122223333:user/alice', 1, NULL),
  ('1', 'access_key_id', 'AKIAIOSFODNN7EXAMPLE', 1, NULL),
  ('1', 'source_ip', '203.0.113.7', 1, 281474087547143),
  ('1', 'resource', 'svc-backup', 1, NULL),
  ('1', 'account_id', '111122223333', 1, NULL),
  ('1', 'region', 'us-east-1', 1, NULL),
  ('2', 'principal_arn', 'arn:aws:iam::111122223333:user/alice', 1, NULL),
  ('2', 'principal_arn', 'arn:aws:iam::111122223333:role/Admin', 2, NULL),
  ('2', 'source_ip', '198.51.100.4', 1, 281474007000068),
  ('2', 'source_ip', '203.0.113.7', 2, 281474087547143),
  ('2', 'account_id', '111122223333', 1, NULL),
  ('2', 'region', 'us-east-1', 1, NULL),
  ('2', 'region', 'eu-west-1', 2, NULL),
  ('3', 'principal_arn', 'arn:aws:iam::444455556666:user/bob', 1, NULL),
  ('3', 'source_ip', '2001:db8::1', 1, 42540766411282592856903984951653826561),
  ('4', 'source_ip', 'cloudformation.amazonaws.com', 1, NULL);

INSERT INTO decisions VALUES ('2', 'confirmed', 'ticket 1234', 'alice', '2026-11-09 20:00:00');

INSERT INTO suppressed VALUES ('s1', 'cloudtrail_*', NULL, NULL, NULL, NULL, NULL, 'moving', 'alice', '2026-11-01 00:00:00', NULL, NULL);
