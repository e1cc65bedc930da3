package awsconfig

import "strings"

// bucketParts are the parts of a bucket. Nearly all of it stands in the supplementary
// configuration, each member as one call of the API answered.
func bucketParts(_, s map[string]any) map[string]any {
	p := parts{}.
		object("PublicAccessBlock", s, "PublicAccessBlockConfiguration").
		object("Encryption", s, "ServerSideEncryptionConfiguration")
	if policy, ok := s["BucketPolicy"].(map[string]any); ok {
		p = p.policy(policy, "policyText")
	}
	if acl, ok := s["AccessControlList"].(map[string]any); ok {
		if made, ok := accessControl(acl); ok {
			p["Acl"] = made
		}
	}
	if v, ok := s["BucketVersioningConfiguration"].(map[string]any); ok {
		p["Versioning"] = versioning(v)
	}
	if l, ok := s["BucketLoggingConfiguration"].(map[string]any); ok {
		p["Logging"] = logging(l)
	}
	return p
}

// versioning is empty for a bucket that never had it, as the API's answer is.
func versioning(v map[string]any) map[string]any {
	made := map[string]any{}
	if status, ok := v["status"].(string); ok && !strings.EqualFold(status, "Off") {
		made["Status"] = status
	}
	switch v["isMfaDeleteEnabled"] {
	case true:
		made["MFADelete"] = "Enabled"
	case false:
		made["MFADelete"] = "Disabled"
	}
	return made
}

// logging is where a bucket's own log goes, nil for nowhere.
func logging(l map[string]any) any {
	bucket, ok := l["destinationBucketName"].(string)
	if !ok {
		return nil
	}
	made := map[string]any{"TargetBucket": bucket}
	if prefix, ok := l["logFilePrefix"].(string); ok {
		made["TargetPrefix"] = prefix
	}
	return made
}

// everybody are the groups that an item names by a word.
var everybody = map[string]string{
	"AllUsers":           "http://acs.amazonaws.com/groups/global/AllUsers",
	"AuthenticatedUsers": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
	"LogDelivery":        "http://acs.amazonaws.com/groups/s3/LogDelivery",
}

// permissions are the API's words for those of an item.
var permissions = map[string]string{
	"FullControl": "FULL_CONTROL", "Read": "READ", "Write": "WRITE", "ReadAcp": "READ_ACP", "WriteAcp": "WRITE_ACP",
}

// accessControl is the access control list; false when an entry is not understood: a
// list that leaves one out would say that nobody else has access.
func accessControl(acl map[string]any) (map[string]any, bool) {
	list, ok := acl["grantList"].([]any)
	if !ok {
		if list, ok = acl["grantSet"].([]any); !ok {
			return nil, false
		}
	}
	grants := make([]any, 0, len(list))
	for _, entry := range list {
		g, _ := entry.(map[string]any)
		word, _ := g["permission"].(string)
		permission, known := permissions[word]
		grantee := granteeOf(g["grantee"])
		if !known || grantee == nil {
			return nil, false
		}
		grants = append(grants, map[string]any{"Grantee": grantee, "Permission": permission})
	}
	made := map[string]any{"Grants": grants}
	if owner, ok := acl["owner"].(map[string]any); ok {
		made["Owner"] = person(owner)
	}
	return made, true
}

// granteeOf is who is granted something, nil when that is not understood.
func granteeOf(value any) map[string]any {
	switch v := value.(type) {
	case string:
		if uri, ok := everybody[v]; ok {
			return map[string]any{"Type": "Group", "URI": uri}
		}
	case map[string]any:
		if made := person(v); made["ID"] != nil {
			made["Type"] = "CanonicalUser"
			return made
		}
	}
	return nil
}

func person(v map[string]any) map[string]any {
	made := map[string]any{}
	if id, ok := v["id"].(string); ok {
		made["ID"] = id
	}
	if name, ok := v["displayName"].(string); ok {
		made["DisplayName"] = name
	}
	return made
}
