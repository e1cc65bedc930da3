-- id: cloudshell_files_moved
-- title: Files moved through CloudShell
-- severity: medium
-- status: stable
-- attack: [T1567, T1105]
-- requires: [management]
-- key: [principal_arn, account_id, region]
-- description: >
--   Somebody downloaded files from, or uploaded files to, a CloudShell with the console.
--   Downloads carry results out through the browser, uploads bring tools in, and no network
--   control of the organization sees either. One finding is what a principal moved on one day.
-- false_positives:
--   - Administrators who use CloudShell for daily work.
-- blind_spots:
--   - Names and contents of the files are not in the log. Files moved from within the shell, with curl or to a bucket, are not shown.
-- triage:
--   - Which calls did the shell make before the download (user_agent with exec-env/CloudShell, same principal_arn)?
--   - Is CloudShell usual for this person, and source_ip one of the organization's?
-- references:
--   - https://docs.aws.amazon.com/cloudshell/latest/userguide/logging-and-monitoring.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  count(*) FILTER (WHERE operation = 'cloudshell:GetFileDownloadUrls') AS downloads,
  count(*) FILTER (WHERE operation = 'cloudshell:GetFileUploadUrls') AS uploads,
  coalesce(principal_arn, '?') || ' moved files through CloudShell: ' || count(*) FILTER (WHERE operation = 'cloudshell:GetFileDownloadUrls')
    || ' downloads, ' || count(*) FILTER (WHERE operation = 'cloudshell:GetFileUploadUrls') || ' uploads' AS summary
FROM events
WHERE operation IN ('cloudshell:GetFileDownloadUrls', 'cloudshell:GetFileUploadUrls')
  AND error_code IS NULL
GROUP BY principal_arn, access_key_id, account_id, region, CAST(event_time AS DATE);
