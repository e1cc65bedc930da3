package awsconfig

import (
	"slices"
	"strings"
)

// parts are what is made of an item, in the names of AWS's API. Its methods add one and
// return it again.
type parts map[string]any

// rest adds an object without some of its members, which have parts of their own.
func (p parts) rest(part string, from map[string]any, without ...string) parts {
	all := make(map[string]any, len(from))
	for name, member := range from {
		if !slices.Contains(without, name) {
			all[name] = member
		}
	}
	p[part] = capitals(all)
	return p
}

// object adds a member as it is; one that is not recorded stays missing.
func (p parts) object(part string, from map[string]any, name string) parts {
	if member, ok := from[name]; ok && member != nil {
		p[part] = capitals(member)
	}
	return p
}

// inline adds the policies that are written into a user, role or group.
func (p parts) inline(from map[string]any, name string) parts {
	return p.object("InlinePolicies", from, name).open("InlinePolicies", "PolicyDocument")
}

// open makes documents of the texts that a member of every entry is.
func (p parts) open(part, member string) parts {
	entries, _ := p[part].([]any)
	for _, e := range entries {
		if m, ok := e.(map[string]any); ok {
			opened(m, member)
		}
	}
	return p
}

// groups adds the groups of a user, which an item has by name alone.
func (p parts) groups(from map[string]any) parts {
	names, ok := from["groupList"].([]any)
	if !ok {
		return p
	}
	all := make([]any, 0, len(names))
	for _, name := range names {
		all = append(all, map[string]any{"GroupName": name})
	}
	p["Groups"] = all
	return p
}

// policy adds the policy of a resource, null where it is recorded that there is none.
func (p parts) policy(from map[string]any, name string) parts {
	if member, ok := from[name]; ok {
		p["Policy"] = policyOf(member)
	}
	return p
}

// policyOf is a policy document, which may be a text.
func policyOf(value any) any {
	if text, ok := value.(string); ok {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		return unfold(text)
	}
	return value
}

// opened makes a document of a member that is its text.
func opened(m map[string]any, member string) {
	if value, ok := m[member]; ok {
		m[member] = policyOf(value)
	}
}

// spelled are the members whose names in the API differ from those in an item by more
// than their first letter.
var spelled = map[string]string{
	"awsaccountId":   "AWSAccountId",
	"sseAlgorithm":   "SSEAlgorithm",
	"sSEAlgorithm":   "SSEAlgorithm",
	"kmsMasterKeyID": "KMSMasterKeyID",
	"kMSMasterKeyID": "KMSMasterKeyID",
}

// capitals names members as the API does: vpcId is VpcId. What is not set is left out, as
// looks leave it out. The names of variables and tags are somebody's own.
func capitals(value any) any {
	switch v := value.(type) {
	case map[string]any:
		named := make(map[string]any, len(v))
		for name, member := range v {
			if member == nil || name == "" {
				continue
			}
			to, ok := spelled[name]
			if !ok {
				to = strings.ToUpper(name[:1]) + name[1:]
			}
			if _, own := member.(map[string]any); own && (to == "Variables" || to == "Tags") {
				named[to] = member
				continue
			}
			named[to] = capitals(member)
		}
		return named
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = capitals(v[i])
		}
		return all
	}
	return value
}

// ranges gives the rules of a security group the API's address ranges: an item has them
// as ipv4Ranges, and once more as bare texts; older ones have the texts alone.
func ranges(rules any) {
	all, _ := rules.([]any)
	for _, r := range all {
		rule, ok := r.(map[string]any)
		if !ok {
			continue
		}
		if v4, ok := rule["Ipv4Ranges"]; ok {
			rule["IpRanges"] = v4
			delete(rule, "Ipv4Ranges")
			continue
		}
		texts, _ := rule["IpRanges"].([]any)
		for i, text := range texts {
			if cidr, ok := text.(string); ok {
				texts[i] = map[string]any{"CidrIp": cidr}
			}
		}
	}
}
