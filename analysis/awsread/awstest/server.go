package awstest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"
)

// Server is a running server and the user that may do everything on it.
type Server struct {
	URL                  string
	AccessKey, SecretKey string

	t      testing.TB
	binary string
}

// Gateway starts versitygw, an S3 server that checks signatures, users and bucket
// policies. It is looked for at $TRAILBENCH_VERSITYGW, on PATH and in GOPATH/bin.
func Gateway(t testing.TB) *Server {
	t.Helper()
	binary := find(t, "TRAILBENCH_VERSITYGW", "versitygw",
		"go install github.com/versity/versitygw/cmd/versitygw@v1.8.0")
	dir := t.TempDir()
	for _, sub := range []string{"iam", "side", "data"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s := &Server{t: t, binary: binary, AccessKey: "AKIAIOSFODNN7EXAMPLE", SecretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	s.start([]string{"ROOT_ACCESS_KEY=" + s.AccessKey, "ROOT_SECRET_KEY=" + s.SecretKey}, func(port string) []string {
		return []string{
			"--port", "127.0.0.1:" + port, "--quiet", "--keep-alive", "--iam-dir", filepath.Join(dir, "iam"),
			"posix", "--sidecar", filepath.Join(dir, "side"), filepath.Join(dir, "data"),
		}
	})
	return s
}

// Moto starts moto_server, an emulator of many AWS services. It is looked for at
// $TRAILBENCH_MOTO and on PATH. It believes every signature.
func Moto(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, AccessKey: "AKIAIOSFODNN7EXAMPLE", SecretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	s.binary = find(t, "TRAILBENCH_MOTO", "moto_server", `pip install "moto[server]==5.2.1"`)
	s.start([]string{"MOTO_IAM_LOAD_MANAGED_POLICIES=true"}, func(port string) []string { return []string{"-H", "127.0.0.1", "-p", port} })
	return s
}

func find(t testing.TB, env, name, install string) string {
	t.Helper()
	if path := os.Getenv(env); path != "" {
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("%s: %v", env, err)
		}
		return path
	}
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if out, err := exec.Command("go", "env", "GOPATH").Output(); err == nil {
		path := filepath.Join(strings.TrimSpace(string(out)), "bin", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skipf("%s is not installed (%s), nor named by %s", name, install, env)
	return ""
}

// start runs the server on a free port, which somebody else may take meanwhile:
// hence the second and third try.
func (s *Server) start(env []string, args func(port string) []string) {
	s.t.Helper()
	var said string
	for range 3 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.t.Fatal(err)
		}
		addr := listener.Addr().String()
		listener.Close()
		_, port, _ := net.SplitHostPort(addr)
		ended := make(chan struct{})
		var output bytes.Buffer
		cmd := exec.Command(s.binary, args(port)...)
		cmd.Env = append(os.Environ(), env...)
		cmd.Stdout, cmd.Stderr = &output, &output
		if err := cmd.Start(); err != nil {
			s.t.Fatalf("start %s: %v", s.binary, err)
		}
		go func() {
			cmd.Wait()
			close(ended)
		}()
		stop := func() {
			cmd.Process.Kill()
			<-ended
		}
		if answers(addr, ended) {
			s.URL = "http://" + addr
			s.t.Cleanup(stop)
			return
		}
		stop()
		said = output.String()
	}
	s.t.Fatalf("%s does not answer: %s", s.binary, said)
}

// answers waits until something listens at addr, for at most half a minute.
func answers(addr string, ended <-chan struct{}) bool {
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return false
		case <-deadline:
			return false
		case <-tick.C:
			if conn, err := net.Dial("tcp", addr); err == nil {
				conn.Close()
				return true
			}
		}
	}
}

// Environ returns the environment of a process that works as the user with the key,
// cut off from the machine's own AWS configuration.
func Environ(accessKey, secretKey string) []string {
	return []string{
		"AWS_ACCESS_KEY_ID=" + accessKey,
		"AWS_SECRET_ACCESS_KEY=" + secretKey,
		"AWS_SESSION_TOKEN=",
		"AWS_PROFILE=",
		"AWS_REGION=us-east-1",
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CA_BUNDLE=",
	}
}

// Setenv makes the test itself work as the user with the key.
func Setenv(t testing.TB, accessKey, secretKey string) {
	t.Helper()
	for _, pair := range Environ(accessKey, secretKey) {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
}

// Client returns a client that may do everything, for preparing a test.
func (s *Server) Client() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(s.URL),
		Region:       "us-east-1",
		UsePathStyle: true,
		Credentials:  credentials.NewStaticCredentialsProvider(s.AccessKey, s.SecretKey, ""),
		Logger:       logging.Nop{},
	})
}

// Bucket makes a bucket and fills it: keys and what the objects hold.
func (s *Server) Bucket(name string, objects map[string]string) {
	s.t.Helper()
	ctx := context.Background()
	client := s.Client()
	if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}); err != nil {
		s.t.Fatalf("create bucket %s: %v", name, err)
	}
	for key, body := range objects {
		s.Put(name, key, body, nil)
	}
}

// Put writes one object with its user metadata.
func (s *Server) Put(bucket, key, body string, metadata map[string]string) {
	s.t.Helper()
	_, err := s.Client().PutObject(context.Background(), &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: strings.NewReader(body), Metadata: metadata,
	})
	if err != nil {
		s.t.Fatalf("put %s: %v", key, err)
	}
}

// Delete removes one object.
func (s *Server) Delete(bucket, key string) {
	s.t.Helper()
	if _, err := s.Client().DeleteObject(context.Background(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		s.t.Fatalf("delete %s: %v", key, err)
	}
}

// User makes a user of the gateway who may do nothing yet and returns the secret.
func (s *Server) User(accessKey string) (secret string) {
	s.t.Helper()
	secret = "secret-of-" + accessKey
	out, err := exec.Command(s.binary, "admin", "--access", s.AccessKey, "--secret", s.SecretKey, "--endpoint-url", s.URL,
		"create-user", "--access", accessKey, "--secret", secret, "--role", "user").CombinedOutput()
	if err != nil {
		s.t.Fatalf("create user %s: %v: %s", accessKey, err, out)
	}
	return secret
}

// Allow replaces the bucket's policy by one that lets the user do the actions, and
// nobody else anything.
func (s *Server) Allow(bucket, accessKey string, actions ...string) {
	s.t.Helper()
	policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":[%q]},"Action":["%s"],"Resource":["arn:aws:s3:::%s","arn:aws:s3:::%s/*"]}]}`,
		accessKey, strings.Join(actions, `","`), bucket, bucket)
	if _, err := s.Client().PutBucketPolicy(context.Background(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &policy}); err != nil {
		s.t.Fatalf("put policy of %s: %v", bucket, err)
	}
}
