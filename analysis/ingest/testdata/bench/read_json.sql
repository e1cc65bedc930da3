-- What people do today: the engine's own JSON reader straight into the same columns.
-- No ledger, no hashes, no bodies, no dedupe, no derived tables; one bad file ends it.
CREATE TABLE events AS
SELECT
  CAST(r.eventTime AS TIMESTAMP) AS event_time,
  CAST(r.eventID AS UUID) AS event_uuid,
  r.eventVersion AS event_version,
  r.eventType AS event_type,
  r.eventCategory AS event_category,
  r.eventSource AS event_source,
  r.eventName AS event_name,
  r.recipientAccountId AS account_id,
  r.userIdentity.accountId AS caller_account_id,
  r.awsRegion AS region,
  r.userIdentity.type AS identity_type,
  coalesce(r.userIdentity.sessionContext.sessionIssuer.arn, r.userIdentity.arn, r.userIdentity.invokedBy, r.userIdentity.principalId) AS principal_arn,
  r.userIdentity.arn AS identity_arn,
  r.userIdentity.accessKeyId AS access_key_id,
  r.userIdentity.invokedBy AS invoked_by,
  r.userIdentity.sessionContext.attributes.mfaAuthenticated AS mfa_authenticated,
  r.userIdentity.sessionContext.attributes.creationDate AS session_created,
  r.userIdentity.principalId AS principal_id,
  r.userIdentity.userName AS user_name,
  r.userIdentity.sessionContext.sessionIssuer.userName AS issuer_user_name,
  r.sourceIPAddress AS source_ip,
  r.userAgent AS user_agent,
  r.errorCode AS error_code,
  r.errorMessage AS error_message,
  r.readOnly AS read_only,
  r.managementEvent AS management_event,
  r.requestParameters AS request_parameters,
  r.responseElements AS response_elements,
  r.additionalEventData AS additional_event_data,
  r.resources AS resources,
  r.serviceEventDetails AS service_event_details,
  r.tlsDetails AS tls_details,
  r.requestID AS request_id,
  r.sharedEventID AS shared_event_id,
  r.apiVersion AS api_version,
  r.vpcEndpointId AS vpc_endpoint_id,
  r.sessionCredentialFromConsole AS session_from_console
FROM (
  SELECT unnest(Records) AS r
  FROM read_json($GLOB$, maximum_object_size = 1073741824, columns = {Records: 'STRUCT(
    eventTime VARCHAR, eventID VARCHAR, eventVersion VARCHAR, eventType VARCHAR, eventCategory VARCHAR, eventSource VARCHAR, eventName VARCHAR,
    recipientAccountId VARCHAR, awsRegion VARCHAR,
    userIdentity STRUCT(type VARCHAR, accountId VARCHAR, arn VARCHAR, accessKeyId VARCHAR, invokedBy VARCHAR, principalId VARCHAR, userName VARCHAR,
      sessionContext STRUCT(sessionIssuer STRUCT(arn VARCHAR, userName VARCHAR), attributes STRUCT(mfaAuthenticated VARCHAR, creationDate VARCHAR))),
    sourceIPAddress VARCHAR, userAgent VARCHAR, errorCode VARCHAR, errorMessage VARCHAR, readOnly BOOLEAN, managementEvent BOOLEAN,
    requestParameters JSON, responseElements JSON, additionalEventData JSON, resources JSON, serviceEventDetails JSON, tlsDetails JSON,
    requestID VARCHAR, sharedEventID VARCHAR, apiVersion VARCHAR, vpcEndpointId VARCHAR, sessionCredentialFromConsole VARCHAR)[]'})
);
