// Checks of single texts: each returns what is wrong, or nothing. Pure, any thread. No text is
// repeated that could be a secret.
#pragma once

#include <string>
#include <string_view>

namespace supercargo::config {

[[nodiscard]] std::string check_absolute_path(std::string_view text);
[[nodiscard]] std::string check_listen_address(std::string_view text);  // 127.0.0.1:9655, [::]:9655
[[nodiscard]] std::string check_regular_expression(std::string_view text);
[[nodiscard]] std::string check_output_name(std::string_view text);
[[nodiscard]] std::string check_loki_url(std::string_view text);
[[nodiscard]] std::string check_tenant(std::string_view text);             // as Loki takes it
[[nodiscard]] std::string check_namespace_pattern(std::string_view text);  // shop-*, /shop-.+/
[[nodiscard]] std::string check_gelf_url(std::string_view text);
[[nodiscard]] std::string check_label_name(std::string_view text);
[[nodiscard]] std::string check_label_value(std::string_view text);
[[nodiscard]] std::string check_http_url(std::string_view text);        // http://, https://
[[nodiscard]] std::string check_kubernetes_key(std::string_view text);  // app.kubernetes.io/name
[[nodiscard]] std::string check_header_name(std::string_view text);
[[nodiscard]] std::string check_gelf_field_name(std::string_view text);
[[nodiscard]] std::string check_line_field(std::string_view text);  // trace_id, http.status

}  // namespace supercargo::config
