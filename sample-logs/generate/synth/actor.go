package synth

import (
	"fmt"
	"strconv"
)

// actorKind says how somebody comes to credentials.
type actorKind uint8

const (
	byService     actorKind = iota // an AWS service by itself
	byFunction                     // a Lambda function's role
	byInstance                     // an EC2 instance's role, delivered by the metadata service
	byTask                         // an ECS task's role
	byPod                          // a role assumed with a Kubernetes service account token
	byRecorder                     // AWS Config's service-linked role
	byLinked                       // another service-linked role
	byAuditor                      // a monitoring vendor's role, assumed from another account
	byPipeline                     // a CI job's role, assumed with an OIDC token
	byPerson                       // a person, signed in through IAM Identity Center
	byUserBrowser                  // an IAM user in the console
	byUserKey                      // an IAM user with a long-term key
	byBroken                       // an application whose role lacks what it asks for
	byPartner                      // a role of another account that uses a shared key
	byNameless                     // a service that is recorded with an account and no type
	byRoot                         // the root user
)

// actor is somebody who acts, under one role or user, through some sessions at once.
type actor struct {
	kind      actorKind
	account   *account
	name      string // of the role, the user or the service
	role      *Role
	userID    string
	keyID     string // long-term
	service   string // the principal that assumes the role
	addresses []string
	agents    []string
	names     []string // session names
	sessions  []*session
	lifetime  int64
	delivery  string // ec2RoleDelivery
	endpoint  string // calls come through this VPC endpoint
}

// session is one set of credentials in use. Its identity is rendered once.
type session struct {
	name, arn, key string
	identity       []byte
	created        int64
	address, agent string
	console        bool
}

// hire fills the account with its roles, users and services.
func (a *account) hire(r Random, w words) {
	add := func(x *actor) {
		x.account = a
		if x.role != nil {
			x.role.Account, x.role.ID, x.role.Name = a.id, r.UniqueID("AROA"), x.name
		}
		x.sessions = make([]*session, len(x.names))
		a.actors[x.kind] = append(a.actors[x.kind], x)
	}
	for _, s := range []string{"cloudtrail", "config", "s3", "lambda", "rds", "ec2", "dynamodb", "logs", "backup", "sns"} {
		add(&actor{kind: byService, name: s + ".amazonaws.com", names: []string{s}})
	}
	for i := range 14 {
		fn := a.pool("function")[i]
		add(&actor{
			kind: byFunction, name: fn + "-role", role: &Role{Path: "/service-role/"}, service: "lambda.amazonaws.com",
			names: []string{fn}, lifetime: 6 * 3600, addresses: egress(r, 6), agents: agents(r, "lambda", 3),
		})
	}
	for i := range 8 {
		add(&actor{
			kind: byInstance, name: w.areas[i] + "-host", role: &Role{}, service: "ec2.amazonaws.com",
			names: a.pool("instance")[i*6 : i*6+6], lifetime: 6 * 3600, delivery: "2.0",
			addresses: egress(r, 2), agents: agents(r, "instance", 4), endpoint: vpcEndpoint(r, i),
		})
	}
	for i := range 6 {
		add(&actor{
			kind: byTask, name: w.areas[i] + "-task", role: &Role{}, service: "ecs-tasks.amazonaws.com",
			names: []string{r.Hex(32), r.Hex(32), r.Hex(32)}, lifetime: 6 * 3600,
			addresses: egress(r, 3), agents: agents(r, "task", 3),
		})
	}
	for i := range 4 {
		add(&actor{
			kind: byPod, name: "eks-" + w.jobs[i], role: &Role{}, names: []string{"1768435200" + strconv.Itoa(100000000+i)},
			lifetime: 3600, addresses: egress(r, 2), agents: agents(r, "pod", 2),
		})
	}
	add(&actor{
		kind: byRecorder, name: "AWSServiceRoleForConfig", role: &Role{Path: "/aws-service-role/config.amazonaws.com/"},
		service: "config.amazonaws.com", names: []string{"AWSConfig-Describe", "AWSConfig-BucketConfigCheck"}, lifetime: 3600,
	})
	for _, s := range []struct{ name, service, session string }{
		{"AWSServiceRoleForAutoScaling", "autoscaling.amazonaws.com", "AutoScaling"},
		{"AWSServiceRoleForElasticLoadBalancing", "elasticloadbalancing.amazonaws.com", "ElasticLoadBalancing"},
		{"AWSServiceRoleForBackup", "backup.amazonaws.com", "AWSBackup-" + a.id},
		{"AWSServiceRoleForTrustedAdvisor", "trustedadvisor.amazonaws.com", "TrustedAdvisor_" + a.id},
	} {
		add(&actor{
			kind: byLinked, name: s.name, role: &Role{Path: "/aws-service-role/" + s.service + "/"},
			service: s.service, names: []string{s.session}, lifetime: 3600,
		})
	}
	add(&actor{
		kind: byAuditor, name: "posture-audit", role: &Role{}, names: []string{"scan"}, lifetime: 3600,
		addresses: []string{"198.51.100.20", "198.51.100.21", "198.51.100.22"}, agents: agents(r, "auditor", 2),
	})
	for i, repo := range []string{"infrastructure", "orders", "storefront", "data-platform"} {
		add(&actor{
			kind: byPipeline, name: "deploy-" + repo, role: &Role{}, names: []string{"GitHubActions"}, lifetime: 3600,
			service: "repo:example-corp/" + repo + ":ref:refs/heads/main", addresses: runners(r, 30), agents: agents(r, "pipeline", 2+i),
		})
	}
	for i, set := range []string{"AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "Billing"} {
		add(&actor{
			kind: byPerson, name: "AWSReservedSSO_" + set + "_" + r.Hex(16), role: &Role{Path: "/aws-reserved/sso.amazonaws.com/"},
			names: emails(w.people[i*5 : i*5+5]), lifetime: 8 * 3600, addresses: offices(r, 6), agents: agents(r, "browser", 5),
		})
	}
	for i, p := range w.people[:3] {
		add(&actor{
			kind: byUserBrowser, name: p, userID: r.UniqueID("AIDA"), names: []string{p}, lifetime: 8 * 3600,
			addresses: offices(r, 2), agents: agents(r, "browser", 1+i),
		})
	}
	for _, p := range append([]string{"backup-script", "monitoring-exporter", "legacy-ftp"}, w.people[3:9]...) {
		add(&actor{
			kind: byUserKey, name: p, userID: r.UniqueID("AIDA"), keyID: r.KeyID("AKIA"), names: []string{p}, lifetime: 1 << 40,
			addresses: offices(r, 1), agents: agents(r, "cli", 2),
		})
	}
	add(&actor{
		kind: byBroken, name: "legacy-inventory", role: &Role{}, service: "ec2.amazonaws.com", names: a.pool("instance")[50:52],
		lifetime: 6 * 3600, delivery: "1.0", addresses: []string{"192.0.2.77"}, agents: agents(r, "instance", 1),
	})
	add(&actor{kind: byPartner, name: partner(a.id), userID: r.UniqueID("AROA"), names: []string{"orders-api", "reports-export", "media-worker"}})
	for _, s := range []string{"secretsmanager", "rds", "ssm"} {
		add(&actor{kind: byNameless, name: s + ".amazonaws.com", names: []string{s}})
	}
	add(&actor{kind: byRoot, name: "root", names: []string{"root"}, lifetime: 3600, addresses: offices(r, 1), agents: agents(r, "browser", 1)})
}

// partner is the account of another company that works with this one.
func partner(account string) string {
	if account == "777788889999" {
		return "123456789012"
	}
	return "777788889999"
}

// privateIP is an address inside the company's network.
func privateIP(r Random, dst []byte) []byte {
	dst = append(dst, "10.0."...)
	dst = strconv.AppendInt(dst, int64(r.IntN(16)), 10)
	dst = append(dst, '.')
	return strconv.AppendInt(dst, int64(4+r.IntN(250)), 10)
}

func vpcEndpoint(r Random, i int) string {
	if i%2 == 0 {
		return ""
	}
	return "vpce-0" + r.Hex(16)
}

// egress are addresses behind which workloads leave: some NAT gateways, shared.
func egress(r Random, n int) []string { return addresses(r, "192.0.2.", 10, 60, n) }

// offices are where people sit; one in ten has IPv6.
func offices(r Random, n int) []string {
	out := addresses(r, "192.0.2.", 100, 40, n)
	if r.IntN(3) == 0 {
		out[0] = "2001:db8:" + r.Hex(3) + "::" + r.Hex(4)
	}
	return out
}

// runners are the changing addresses of hosted CI.
func runners(r Random, n int) []string { return addresses(r, "198.51.100.", 64, 128, n) }

func addresses(r Random, network string, from, size, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = network + strconv.Itoa(from+r.IntN(size))
	}
	return out
}

func emails(people []string) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p + "@example.com"
	}
	return out
}

// agents makes n user agents of a family, with the versions that such a fleet has.
func agents(r Random, family string, n int) []string {
	minor := func(lo, hi int) int { return lo + r.IntN(hi-lo) }
	out := make([]string, n)
	for i := range out {
		switch family {
		case "lambda":
			out[i] = choose(r, []string{
				fmt.Sprintf("aws-sdk-nodejs/2.%d.0 linux/v20.%d.0 exec-env/AWS_Lambda_nodejs20.x promise", minor(1400, 1690), minor(1, 18)),
				fmt.Sprintf("aws-sdk-js/3.%d.0 ua/2.1 os/linux#5.10.%d lang/js md/nodejs#20.%d.0 exec-env/AWS_Lambda_nodejs20.x", minor(400, 900), minor(180, 240), minor(1, 18)),
				fmt.Sprintf("Boto3/1.%d.%d md/Botocore#1.%d.2 ua/2.0 os/linux#5.10 lang/python#3.12.%d exec-env/AWS_Lambda_python3.12", minor(28, 36), minor(1, 120), minor(31, 36), minor(1, 9)),
			})
		case "instance":
			out[i] = choose(r, []string{
				fmt.Sprintf("aws-sdk-go/1.%d.%d (go1.%d.1; linux; amd64) amazon-ssm-agent/", minor(44, 55), minor(1, 300), minor(20, 24)),
				fmt.Sprintf("aws-sdk-java/2.%d.%d Linux/6.1.%d-x86_64 OpenJDK_64-Bit_Server_VM/21.0.%d Java/21.0.%d", minor(20, 30), minor(1, 160), minor(60, 130), minor(1, 6), minor(1, 6)),
				fmt.Sprintf("aws-cli/2.%d.%d md/awscrt#0.%d.0 ua/2.0 os/linux#6.1.%d md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe", minor(11, 22), minor(0, 60), minor(19, 24), minor(60, 130)),
			})
		case "task":
			out[i] = fmt.Sprintf("aws-sdk-go-v2/1.%d.%d os/linux lang/go#1.%d.%d md/GOOS#linux md/GOARCH#arm64 exec-env/AWS_ECS_FARGATE api/sqs#1.%d.1", minor(24, 36), minor(0, 8), minor(21, 24), minor(0, 9), minor(24, 40))
		case "pod":
			out[i] = fmt.Sprintf("elbv2.k8s.aws/v2.%d.%d aws-sdk-go/1.%d.%d (go1.22.%d; linux; amd64)", minor(5, 9), minor(0, 4), minor(48, 55), minor(1, 300), minor(1, 9))
		case "auditor":
			out[i] = fmt.Sprintf("Boto3/1.%d.%d md/Botocore#1.%d.2 ua/2.0 os/linux#5.15 md/arch#x86_64 lang/python#3.11.%d md/pyimpl#CPython Botocore/1.%d.2", minor(28, 36), minor(1, 120), minor(31, 36), minor(1, 9), minor(31, 36))
		case "pipeline":
			out[i] = fmt.Sprintf("APN/1.0 HashiCorp/1.0 Terraform/1.%d.%d (+https://www.terraform.io) terraform-provider-aws/5.%d.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.%d.0", minor(5, 11), minor(0, 9), minor(40, 95), minor(26, 36))
		case "browser":
			out[i] = choose(r, []string{
				fmt.Sprintf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36", minor(126, 144)),
				fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%d.0) Gecko/20100101 Firefox/%d.0", minor(128, 146), minor(128, 146)),
			})
		default:
			out[i] = fmt.Sprintf("aws-cli/2.%d.%d md/awscrt#0.%d.0 ua/2.0 os/macos#24.%d.0 md/arch#arm64 lang/python#3.12.%d md/pyimpl#CPython cfg/retry-mode#standard md/installer#source md/prompt#off", minor(15, 32), minor(0, 40), minor(19, 28), minor(1, 6), minor(1, 9))
		}
	}
	return out
}
