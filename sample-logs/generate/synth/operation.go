package synth

import (
	"fmt"
	"strings"
)

// operation is an API operation as it appears in records: its templates, written
// after the API references and the CloudTrail examples of the AWS documentation.
type operation struct {
	name       string // service:EventName, the service as in eventSource
	readOnly   bool
	data       bool
	request    string
	response   string
	resources  string
	additional string
	details    string // serviceEventDetails
	api        string // apiVersion
	version    string // eventVersion
	kind       string // eventType when not AwsApiCall
	missing    string // the error that an ordinary read of something not configured gets

	source, event         string
	requestT, responseT   template
	resourcesT, additionT template
	detailsT              template
	global, isS3          bool
}

func read(name, request string) *operation {
	return &operation{name: name, readOnly: true, request: request}
}

func write(name, request, response string) *operation {
	return &operation{name: name, request: request, response: response}
}

func dataRead(name, request string) *operation {
	return &operation{name: name, readOnly: true, data: true, request: request}
}

func dataWrite(name, request, response string) *operation {
	return &operation{name: name, data: true, request: request, response: response}
}

func (o *operation) answers(response string) *operation    { o.response = response; return o }
func (o *operation) on(resources string) *operation        { o.resources = resources; return o }
func (o *operation) with(additional string) *operation     { o.additional = additional; return o }
func (o *operation) v(apiVersion string) *operation        { o.api = apiVersion; return o }
func (o *operation) orMissing(errorCode string) *operation { o.missing = errorCode; return o }

// operations compiles the whole table.
func operations(slots map[string]slotID) (map[string]*operation, error) {
	ops := map[string]*operation{}
	for _, table := range [][]*operation{computeOperations(), storageOperations(), identityOperations(), platformOperations()} {
		for _, o := range table {
			if ops[o.name] != nil {
				return nil, fmt.Errorf("operation %s is there twice", o.name)
			}
			if err := o.compile(slots); err != nil {
				return nil, fmt.Errorf("operation %s: %w", o.name, err)
			}
			ops[o.name] = o
		}
	}
	return ops, nil
}

func (o *operation) compile(slots map[string]slotID) error {
	service, event, ok := strings.Cut(o.name, ":")
	if !ok {
		return fmt.Errorf("no service")
	}
	o.source = service + ".amazonaws.com"
	o.event, _, _ = strings.Cut(event, " ") // what follows tells variants apart
	o.isS3 = service == "s3"
	o.global = isGlobal(service)
	if o.version == "" {
		o.version = version(service)
	}
	for _, f := range []struct {
		text string
		into *template
	}{
		{o.request, &o.requestT},
		{o.response, &o.responseT},
		{o.resources, &o.resourcesT},
		{o.additional, &o.additionT},
		{o.details, &o.detailsT},
	} {
		t, err := compile(f.text, slots)
		if err != nil {
			return err
		}
		*f.into = t
	}
	return nil
}
