package synth

// Identity is the userIdentity of a record. Fields that are empty are left out.
type Identity struct {
	Type             string
	PrincipalID      string
	ARN              string
	Account          string
	AccessKey        string
	UserName         string
	IdentityProvider string
	// Session makes it temporary credentials.
	Session   *SessionContext
	InvokedBy string
	// OnBehalfOf and IdentityStore name an Identity Center user: its id and the ARN of
	// its directory.
	OnBehalfOf, IdentityStore string
}

// SessionContext describes temporary credentials.
type SessionContext struct {
	// Role is the session issuer; nil writes the empty sessionIssuer of an IAM
	// user's console session.
	Role            *Role
	Created         int64
	MFA             bool
	EC2RoleDelivery string // "1.0" or "2.0": the version of the metadata service
	WebProvider     string // OIDC provider ARN
	SourceIdentity  string
	// Federation writes the empty webIdFederationData that older records have.
	Federation bool
}

// Role is an IAM role.
type Role struct{ Account, Name, Path, ID string }

// ARN of the role.
func (r *Role) ARN() string { return "arn:aws:iam::" + r.Account + ":role" + or(r.Path, "/") + r.Name }

// SessionARN is the assumed-role ARN of a session of the role.
func (r *Role) SessionARN(session string) string {
	return "arn:aws:sts::" + r.Account + ":assumed-role/" + r.Name + "/" + session
}

// UserIdentity is an IAM user with an access key.
func UserIdentity(account, name, id, key string) Identity {
	return Identity{
		Type: "IAMUser", PrincipalID: id, ARN: "arn:aws:iam::" + account + ":user/" + name,
		Account: account, AccessKey: key, UserName: name,
	}
}

// RoleIdentity is a session of a role.
func RoleIdentity(role *Role, session, key string, created int64) Identity {
	return Identity{
		Type: "AssumedRole", PrincipalID: role.ID + ":" + session, ARN: role.SessionARN(session),
		Account: role.Account, AccessKey: key,
		Session: &SessionContext{Role: role, Created: created},
	}
}

// Append writes the identity as JSON.
func (id Identity) Append(dst []byte) []byte {
	dst = append(dst, '{')
	start := len(dst)
	field := func(name, value string) {
		if value == "" {
			return
		}
		if len(dst) > start {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		dst = append(dst, name...)
		dst = append(dst, '"', ':', '"')
		dst = appendEscaped(dst, value)
		dst = append(dst, '"')
	}
	field("type", id.Type)
	field("principalId", id.PrincipalID)
	field("arn", id.ARN)
	field("accountId", id.Account)
	field("accessKeyId", id.AccessKey)
	field("userName", id.UserName)
	field("identityProvider", id.IdentityProvider)
	if id.Session != nil {
		dst = append(dst, `,"sessionContext":`...)
		dst = id.Session.append(dst)
	}
	field("invokedBy", id.InvokedBy)
	if id.OnBehalfOf != "" {
		dst = append(dst, `,"onBehalfOf":{"userId":"`...)
		dst = append(dst, id.OnBehalfOf...)
		dst = append(dst, `","identityStoreArn":"`...)
		dst = append(dst, id.IdentityStore...)
		dst = append(dst, `"}`...)
	}
	return append(dst, '}')
}

func (s *SessionContext) append(dst []byte) []byte {
	dst = append(dst, `{"sessionIssuer":{`...)
	if r := s.Role; r != nil {
		dst = append(dst, `"type":"Role","principalId":"`...)
		dst = append(dst, r.ID...)
		dst = append(dst, `","arn":"`...)
		dst = append(dst, r.ARN()...)
		dst = append(dst, `","accountId":"`...)
		dst = append(dst, r.Account...)
		dst = append(dst, `","userName":"`...)
		dst = append(dst, r.Name...)
		dst = append(dst, '"')
	}
	dst = append(dst, '}')
	switch {
	case s.WebProvider != "":
		dst = append(dst, `,"webIdFederationData":{"federatedProvider":"`...)
		dst = append(dst, s.WebProvider...)
		dst = append(dst, `","attributes":{}}`...)
	case s.Federation:
		dst = append(dst, `,"webIdFederationData":{}`...)
	}
	dst = append(dst, `,"attributes":{"creationDate":"`...)
	dst = appendTime(dst, s.Created)
	dst = append(dst, `","mfaAuthenticated":"`...)
	if s.MFA {
		dst = append(dst, `true"}`...)
	} else {
		dst = append(dst, `false"}`...)
	}
	dst = appendField(dst, "sourceIdentity", s.SourceIdentity)
	dst = appendField(dst, "ec2RoleDelivery", s.EC2RoleDelivery)
	return append(dst, '}')
}
