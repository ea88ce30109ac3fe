#include "collectors/node/edac.h"

#include <array>

namespace supercargo {
namespace {

enum Family : std::size_t { kController, kRow = 2 };

constexpr std::array<std::string_view, 1> kControllerLabels{"controller"};
constexpr std::array<std::string_view, 2> kRowLabels{"controller", "csrow"};

constexpr std::array<MetricDesc, 4> kFamilies{{
    {"node_edac_correctable_errors_total",
     "Total correctable memory errors.",
     MetricKind::kCounter,
     kControllerLabels},
    {"node_edac_uncorrectable_errors_total",
     "Total uncorrectable memory errors.",
     MetricKind::kCounter,
     kControllerLabels},
    {"node_edac_csrow_correctable_errors_total",
     "Total correctable memory errors for this csrow.",
     MetricKind::kCounter,
     kRowLabels},
    {"node_edac_csrow_uncorrectable_errors_total",
     "Total uncorrectable memory errors for this csrow.",
     MetricKind::kCounter,
     kRowLabels},
}};

}  // namespace

std::span<const MetricDesc> EdacCollector::families() const noexcept {
  return kFamilies;
}

void EdacCollector::add_counts(const std::string& directory,
                               std::string_view correctable_file,
                               std::string_view uncorrectable_file,
                               std::size_t first_family,
                               SampleSet::LabelBlock labels,
                               SampleSet& out) {
  const std::array<NumberAttribute, 2> files{{{correctable_file}, {uncorrectable_file}}};
  add_numbers(reader_, directory, files, first_family, labels, out);
}

Status EdacCollector::collect(SampleSet& out) {
  for (const std::string& name : list_numbered(controllers_, "mc")) {
    const std::string directory = controllers_ + "/" + name;
    const std::string_view controller = std::string_view(name).substr(2);
    add_counts(directory,
               "ce_count",
               "ue_count",
               kController,
               out.add_labels({{"controller", controller}}),
               out);
    add_counts(directory,
               "ce_noinfo_count",
               "ue_noinfo_count",
               kRow,
               out.add_labels({{"controller", controller}, {"csrow", "unknown"}}),
               out);
    for (const std::string& row : list_numbered(directory, "csrow")) {
      const std::string_view number = std::string_view(row).substr(5);
      add_counts(path_in(directory, row),
                 "ce_count",
                 "ue_count",
                 kRow,
                 out.add_labels({{"controller", controller}, {"csrow", number}}),
                 out);
    }
  }
  return Ok{};
}

}  // namespace supercargo
