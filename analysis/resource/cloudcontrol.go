package resource

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

//go:embed cloudcontrol.txt
var cloudControlList string

// cloudControlTypes are the types of the list, and whether their ARN identifies them.
var cloudControlTypes = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(cloudControlList) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 && !strings.HasPrefix(line, "#") {
			all[f[0]] = f[1] == "arn"
		}
	}
	return all
})

// genericAction is what the Cloud Control API itself asks for; its handlers make further
// calls, with the permissions of the caller.
const genericAction = "cloudformation:GetResource"

// GenericType is a type that is not in the catalogue and that the Cloud Control API may be
// asked for: cloudcontrol.txt holds it. That API runs code of each type with the caller's
// permissions, and for some types the code reads secrets or writes: what is not known to
// do neither is not asked for.
func GenericType(name string) (Type, bool) {
	if _, ok := cloudControlTypes()[name]; !ok {
		return Type{}, false
	}
	return Type{Title: name, CFN: name, Calls: []Call{{"CloudControl:GetResource", genericAction}}, Read: readGeneric}, true
}

// GenericCalls are the calls of the generic API, with the permissions that it and the read
// handlers behind it need for every type of the list.
func GenericCalls() []Call {
	all := []Call{{"CloudControl:GetResource", genericAction}}
	for line := range strings.Lines(cloudControlList) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 && !strings.HasPrefix(line, "#") {
			for action := range strings.FieldsSeq(f[2]) {
				// CloudFormation's schema of a type of Route 53 Resolver names a service that IAM
				// does not have.
				if !strings.HasPrefix(action, "resolverquerylogging:") {
					all = append(all, Call{"CloudControl:GetResource", action})
				}
			}
		}
	}
	return all
}

// errNoARN is returned for a resource whose type is identified by an ARN that is not known.
var errNoARN = errors.New("it is known by its ARN only, which no event names")

// readGeneric reads a resource of any type of the list. GetResource is the only call: what
// the list does not hold was refused before.
func readGeneric(ctx context.Context, l *Lookup) error {
	byARN, ok := cloudControlTypes()[l.Type]
	if !ok {
		return fmt.Errorf("%s: %w", l.Type, errNotListed)
	}
	id := l.ID
	if byARN && !strings.HasPrefix(id, "arn:") {
		id = l.ARN
	}
	if id == "" {
		return analysis.WithHint(fmt.Errorf("%s %s: %w", l.Type, l.ID, errNoARN), "look it up by its ARN")
	}
	c := awsread.New(l.Access, cloudcontrol.NewFromConfig)
	return l.Must("Properties", genericAction, func() (any, error) {
		out, err := c.GetResource(ctx, &cloudcontrol.GetResourceInput{TypeName: &l.Type, Identifier: &id})
		if err != nil {
			return nil, err
		}
		text := aws.ToString(out.ResourceDescription.Properties)
		var properties map[string]any
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		if err := dec.Decode(&properties); err != nil {
			return nil, fmt.Errorf("properties of %s: %w", l.Type, err)
		}
		for name, value := range properties {
			if arn, ok := value.(string); ok && l.ARN == "" && (name == "Arn" || byARN && arn == id) {
				l.ARN = arn
			}
		}
		return maskSecret(properties), nil
	}, "ResourceNotFoundException")
}

// errNotListed is returned for a type that is neither in the catalogue nor on the list.
var errNotListed = errors.New("is neither in the catalogue nor on the list of types that the Cloud Control API may be asked for")
