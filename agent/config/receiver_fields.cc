#include "agent/config/receiver_fields.h"

#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/output_rules.h"

namespace supercargo::config {
namespace {

constexpr std::array kTlsFields{
    field<&TlsConfig::ca_file>("ca_file",
                               {.description = "Certificates (PEM) that the receiver's must be "
                                               "signed by. A private authority goes here.",
                                .unset = "the system's certificates",
                                .check = check_absolute_path}),
    field<&TlsConfig::certificate_file>(
        "certificate_file",
        {.description = "The agent's own certificate (PEM), for receivers that ask for one.",
         .unset = "none",
         .check = check_absolute_path}),
    field<&TlsConfig::key_file>("key_file",
                                {.description = "The private key (PEM) of `certificate_file`.",
                                 .unset = "none",
                                 .check = check_absolute_path}),
    field<&TlsConfig::server_name>(
        "server_name",
        {.description = "The name that the receiver's certificate must carry, when it is reached "
                        "under another one.",
         .unset = "the URL's host"}),
    field<&TlsConfig::skip_verify>(
        "skip_verify",
        {.description = "Accepts any certificate: whoever is on the path can then read and alter "
                        "the logs. For tests."}),
};
}  // namespace

constexpr Table kTlsTable{
    .title = "outputs[].tls",
    .description = "For receivers that are reached by TLS (`https://`, `tls://`).",
    .fields = kTlsFields,
    .make = make_object<TlsConfig>,
    .finish = finish_tls,
};

namespace {

constexpr std::array kAuthFields{
    field<&AuthConfig::username>(
        "username", {.description = "User name of HTTP basic authentication.", .unset = "none"}),
    field<&AuthConfig::password, &Secret::value>(
        "password",
        {.description = "Its password; better in `password_file` or as `${NAME}`.",
         .unset = "none",
         .secret = true}),
    field<&AuthConfig::password, &Secret::file>(
        "password_file",
        {.description = "File with the password; a line end at its end does not count.",
         .unset = "none",
         .check = check_absolute_path}),
    field<&AuthConfig::bearer_token, &Secret::value>(
        "bearer_token",
        {.description = "Token for `Authorization: Bearer`; better in `bearer_token_file`.",
         .unset = "none",
         .secret = true}),
    field<&AuthConfig::bearer_token, &Secret::file>(
        "bearer_token_file",
        {.description = "File with the token, read again when it changes, so that it can be "
                        "rotated.",
         .unset = "none",
         .check = check_absolute_path}),
};
}  // namespace

constexpr Table kAuthTable{
    .title = "outputs[].auth",
    .description =
        "Either a user name with its password or a bearer token. Secrets are never "
        "printed or logged.",
    .fields = kAuthFields,
    .make = make_object<AuthConfig>,
    .finish = finish_auth,
};

}  // namespace supercargo::config
