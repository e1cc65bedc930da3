package account

import (
	"fmt"
	"strings"
)

// block writes a block of Terraform's language: its arguments aligned as terraform fmt does.
func block(b *strings.Builder, head, indent string, arguments ...[2]string) {
	if len(arguments) == 0 {
		b.WriteString(indent + head + " {}\n")
		return
	}
	width := 0
	for _, a := range arguments {
		width = max(width, len(a[0]))
	}
	b.WriteString(indent + head + " {\n")
	for _, a := range arguments {
		fmt.Fprintf(b, "%s  %-*s = %s\n", indent, width, a[0], a[1])
	}
	b.WriteString(indent + "}\n")
}

// jsonencode is a document that Terraform makes JSON of.
func jsonencode(v object) string { return "jsonencode(" + hcl(v, "  ") + ")" }

// terraform is the role for Terraform.
func (r role) terraform() string {
	var b strings.Builder
	b.WriteString("# " + r.title() + "\n\n")
	arguments := [][2]string{
		{"name", hcl(r.RoleName, "")},
		{"description", hcl(description, "")},
		{"max_session_duration", fmt.Sprint(sessionSeconds)},
	}
	switch {
	case PartitionOf(r.Boundary) != "":
		arguments = append(arguments, [2]string{"permissions_boundary", hcl(r.Boundary, "")})
	case r.Boundary != "":
		block(&b, `data "aws_caller_identity" "current"`, "")
		b.WriteString("\n")
		arguments = append(arguments, [2]string{"permissions_boundary", fmt.Sprintf(`"arn:%s:iam::${data.aws_caller_identity.current.account_id}:policy/%s"`, r.Partition, r.Boundary)})
	}
	arguments = append(arguments, [2]string{"assume_role_policy", jsonencode(r.trust())})
	block(&b, `resource "aws_iam_role" "reader"`, "", arguments...)
	b.WriteString("\n")
	block(&b, `resource "aws_iam_role_policy" "read"`, "",
		[2]string{"name", hcl(r.inline.name, "")}, [2]string{"role", "aws_iam_role.reader.id"}, [2]string{"policy", jsonencode(r.inline.document)})
	for i, p := range r.managed {
		id := fmt.Sprintf("read_%d", i+1)
		b.WriteString("\n")
		block(&b, fmt.Sprintf("resource \"aws_iam_policy\" %q", id), "",
			[2]string{"name", hcl(p.name, "")}, [2]string{"description", hcl(description, "")}, [2]string{"policy", jsonencode(p.document)})
		b.WriteString("\n")
		block(&b, fmt.Sprintf("resource \"aws_iam_role_policy_attachment\" %q", id), "",
			[2]string{"role", "aws_iam_role.reader.name"}, [2]string{"policy_arn", "aws_iam_policy." + id + ".arn"})
	}
	b.WriteString("\n")
	block(&b, `output "role_arn"`, "", [2]string{"value", "aws_iam_role.reader.arn"})
	b.WriteString("\n")
	block(&b, `output "external_id"`, "", [2]string{"value", hcl(r.ExternalID, "")})
	return b.String()
}

// terraformStackSet is the stack set for Terraform. Its instances are in the region of the
// provider: IAM is global, and one is enough.
func (r role) terraformStackSet() string {
	var b strings.Builder
	b.WriteString("# " + r.title() + "\n\n")
	b.WriteString(`resource "aws_cloudformation_stack_set" "reader" {` + "\n")
	for _, a := range [][2]string{
		{"name", hcl(r.RoleName, "")},
		{"description", hcl(r.title(), "")},
		{"permission_model", `"SERVICE_MANAGED"`},
		{"capabilities", `["CAPABILITY_NAMED_IAM"]`},
		{"template_body", jsonencode(r.cloudFormation())},
	} {
		fmt.Fprintf(&b, "  %-16s = %s\n", a[0], a[1])
	}
	b.WriteString("\n")
	block(&b, "auto_deployment", "  ", [2]string{"enabled", "true"}, [2]string{"retain_stacks_on_account_removal", "false"})
	b.WriteString("\n")
	block(&b, "managed_execution", "  ", [2]string{"active", "true"})
	b.WriteString("\n")
	block(&b, "operation_preferences", "  ", [2]string{"failure_tolerance_percentage", "100"}, [2]string{"max_concurrent_percentage", "25"},
		[2]string{"region_concurrency_type", `"PARALLEL"`})
	b.WriteString("\n  # Terraform would take the role that the service sets for a change.\n")
	block(&b, "lifecycle", "  ", [2]string{"ignore_changes", "[administration_role_arn]"})
	b.WriteString("}\n\n" + `resource "aws_cloudformation_stack_set_instance" "reader" {` + "\n  stack_set_name = aws_cloudformation_stack_set.reader.name\n\n")
	block(&b, "deployment_targets", "  ", [2]string{"organizational_unit_ids", hcl(texts(r.Units), "    ")})
	b.WriteString("}\n\n")
	block(&b, `output "external_id"`, "", [2]string{"value", hcl(r.ExternalID, "")})
	return b.String()
}
