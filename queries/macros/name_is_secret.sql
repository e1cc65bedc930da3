-- Whether a variable of this name holds a password, token or key, and not only where it
-- is or what it is called.
CREATE TEMP MACRO name_is_secret(name) AS
  regexp_matches(name, '(?i)^(aws_access_key_id|database_url)$')
  OR regexp_matches(name, '(?i)(passw(or)?d|passphrase|(^|_)(pass|pwd|pw)($|_)|secret|token|credential|private_?key|access_?key|api_?key|auth_?key|encryption_?key|connection_?string|(^|_)(jwt|dsn)($|_))')
  AND NOT regexp_matches(name, '(?i)_?(arn|name|path|file|id|ids|prefix|region|ttl|timeout|expiry|expiration|expires|length|url|uri|endpoint|header|issuer|audience|alias|version|enabled|table|bucket|type)$')
