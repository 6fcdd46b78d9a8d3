#include "scenarios/language/object.h"
#include "scenarios/language/sample.h"
#include "scenarios/language/scalars.h"
#include "scenarios/language/workload_types.h"

namespace gnomon::scenarios {
namespace {

using sim::Distribution;

constexpr std::size_t kMaxSample = 1'000'000;

/// Tells what the distribution itself has to say against its parameters.
bool take_checked(Expected<Distribution> made, const Value& value, Decoder& decoder,
                  Distribution& out) {
  if (!made) {
    decoder.error(value.place, made.error().message);
    return false;
  }
  out = *std::move(made);
  return true;
}

/// What the parts of a distribution's notation need to know of its numbers.
struct Notation {
  std::string prefix;   ///< of the schema's parts
  Type<double> number;  ///< a time in nanoseconds, or a plain number
  std::string example;  ///< of such a number
  bool is_time = false;
};

struct LognormalText {
  std::optional<double> median, mean, sigma, cv, p90, p95, p99;
};

Expected<Distribution> make(const LognormalText& text) {
  if (text.mean) return Distribution::lognormal_of_mean(*text.mean, text.cv.value_or(0));
  if (text.sigma) return Distribution::lognormal(*text.median, *text.sigma);
  if (text.p90) return Distribution::lognormal_of_percentile(*text.median, 0.90, *text.p90);
  if (text.p95) return Distribution::lognormal_of_percentile(*text.median, 0.95, *text.p95);
  return Distribution::lognormal_of_percentile(*text.median, 0.99, *text.p99);
}

Type<Distribution> lognormal(const Notation& notation) {
  Object<LognormalText> object(
      notation.prefix + "Lognormal",
      "The logarithm is normal: most values are near the median, some are very large. "
      "Give median and sigma, median and a percentile, or mean and cv.");
  object.field("median", &LognormalText::median, notation.number, "Half of the values are below.");
  object.field("mean", &LognormalText::mean, notation.number, "The mean.");
  object.field("sigma", &LognormalText::sigma, number(0, 20),
               "Standard deviation of the logarithm.");
  object.field("cv", &LognormalText::cv, number(0, 1e6), "Standard deviation divided by the mean.");
  object.field("p90", &LognormalText::p90, notation.number, "90% of the values are below.");
  object.field("p95", &LognormalText::p95, notation.number, "95% of the values are below.");
  object.field("p99", &LognormalText::p99, notation.number, "99% of the values are below.");
  object.exactly_one({"median", "mean"}).exactly_one({"sigma", "cv", "p90", "p95", "p99"});
  object.check([](LognormalText& text, const Value& value, Decoder& decoder) {
    if (text.mean.has_value() == text.cv.has_value()) return true;
    decoder.error(value.place,
                  text.mean ? "beside 'mean' stands 'cv'" : "'cv' stands beside 'mean'");
    return false;
  });
  return converted<Distribution, LognormalText>(
      std::move(object).type(),
      [](LognormalText& text, const Value& value, Decoder& decoder, Distribution& out) {
        return take_checked(make(text), value, decoder, out);
      });
}

struct ParetoText {
  double scale = 0;
  double shape = 0;
  std::optional<double> cap;
};

Type<Distribution> pareto(const Notation& notation) {
  Object<ParetoText> object(notation.prefix + "Pareto",
                            "A heavy tail: P(X > x) = (scale / x)^shape from scale on.");
  object.field("scale", &ParetoText::scale, notation.number, "The smallest value.").required();
  object.field("shape", &ParetoText::shape, number(0.1, 1e6), "The smaller, the heavier the tail.")
      .required();
  object.field("cap", &ParetoText::cap, notation.number, "What would be larger is this.");
  return converted<Distribution, ParetoText>(
      std::move(object).type(),
      [](ParetoText& text, const Value& value, Decoder& decoder, Distribution& out) {
        return take_checked(Distribution::pareto(text.scale, text.shape, text.cap), value, decoder,
                            out);
      });
}

Type<Distribution> uniform(const Notation& notation) {
  return converted<Distribution, std::vector<double>>(
      list_of(notation.number, 2, 2),
      [](std::vector<double>& ends, const Value& value, Decoder& decoder, Distribution& out) {
        return take_checked(Distribution::uniform(ends[0], ends[1]), value, decoder, out);
      });
}

Type<Distribution> exponential(const Notation& notation) {
  return converted<Distribution, double>(
      notation.number, [](double& mean, const Value& value, Decoder& decoder, Distribution& out) {
        return take_checked(Distribution::exponential(mean), value, decoder, out);
      });
}

/// [[0%, 1s], [50%, 3s], [100%, 60s]]: pairs are lists of two different things, so they are read by
/// hand.
Type<Distribution> quantiles(const Notation& notation) {
  Type<Distribution::Quantile> pair;
  pair.expects = "a pair of a percentage and a value";
  pair.kinds = kinds(ValueKind::kList);
  pair.schema = [number = notation.number](SchemaDefinitions& definitions) {
    return Value::map({{"type", {}, Value::string("array")},
                       {"prefixItems",
                        {},
                        Value::list({share().schema(definitions), number.schema(definitions)})},
                       {"minItems", {}, Value::integer(2)},
                       {"maxItems", {}, Value::integer(2)}});
  };
  pair.take = [p = share(), number = notation.number](const Value& value, Decoder& decoder,
                                                      Distribution::Quantile& out) {
    if (value.items.size() != 2) {
      decoder.error(value.place, "expected a pair of a percentage and a value");
      return false;
    }
    const bool good = p.read(value.items[0], decoder, out.p);
    return number.read(value.items[1], decoder, out.value) && good;
  };
  return converted<Distribution, std::vector<Distribution::Quantile>>(
      list_of(std::move(pair), 2, kMaxSample),
      [](std::vector<Distribution::Quantile>& table, const Value& value, Decoder& decoder,
         Distribution& out) {
        return take_checked(
            Distribution::of_quantiles(std::move(table), sim::Interpolation::kLinear), value,
            decoder, out);
      });
}

struct SampleText {
  Value file;
  SampleFormat format;
};

Type<Distribution> empirical(const Notation& notation) {
  const auto in_format = [](auto SampleFormat::* member) {
    return [member](SampleText& sample, auto value) { sample.format.*member = std::move(value); };
  };
  Object<SampleText> object(notation.prefix + "Sample",
                            "A column of a CSV file with a line of names.");
  object.field("file", &SampleText::file, kept(text()), "The file, relative to this one.")
      .required();
  object.field("column", in_format(&SampleFormat::column), text(), "The column.").required();
  object.field(
      "rows",
      [](SampleText& sample, const std::map<std::string, std::string>& rows) {
        sample.format.rows.assign(rows.begin(), rows.end());
      },
      map_by_name(word()), "Only rows in which these columns hold these texts.");
  object.field("weight", in_format(&SampleFormat::weight), text(),
               "The column that says how often each value came; only values of the sample come "
               "then.");
  if (notation.is_time) {
    object
        .field("unit", in_format(&SampleFormat::unit),
               one_of<double>(
                   {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}}),
               "Unit of the column.")
        .by_default("s");
  }
  object
      .field("interpolation", in_format(&SampleFormat::interpolation),
             one_of<sim::Interpolation>(
                 {{"linear", sim::Interpolation::kLinear}, {"step", sim::Interpolation::kStep}}),
             "linear: values between those of the sample come too. step: only those of the sample.")
      .by_default("linear");
  Type<Distribution> from_file = converted<Distribution, SampleText>(
      std::move(object).type(),
      [](SampleText& text, const Value&, Decoder& decoder, Distribution& out) {
        const std::string* content = decoder.read_file(text.file);
        if (content == nullptr) return false;
        Expected<Distribution> read = read_sample(*content, text.format);
        if (!read) {
          decoder.error(text.file.place, in_file(text.file.text, read.error().message));
          return false;
        }
        out = *std::move(read);
        return true;
      });
  Type<Distribution> in_place = converted<Distribution, std::vector<double>>(
      list_of(notation.number, 1, kMaxSample),
      [](std::vector<double>& sample, const Value& value, Decoder& decoder, Distribution& out) {
        return take_checked(Distribution::empirical(std::move(sample), sim::Interpolation::kLinear),
                            value, decoder, out);
      });
  return either(std::move(in_place), std::move(from_file));
}

Type<Distribution> distribution(const Notation& notation) {
  Type<Distribution> constant = converted<Distribution, double>(
      notation.number, [](double& number, const Value& value, Decoder& decoder, Distribution& out) {
        return take_checked(Distribution::constant(number), value, decoder, out);
      });
  constexpr auto store = [](Distribution& out, Distribution read) { out = std::move(read); };
  Object<Distribution> object(
      notation.prefix + "Distribution",
      "A random number. A constant may stand by itself, without `constant:`.");
  object.field("constant", store, constant, "Always this.");
  object.field("uniform", store, uniform(notation), "Between the two, all alike likely.");
  object.field("exponential", store, exponential(notation), "Memoryless, with this mean.");
  object.field("lognormal", store, lognormal(notation), "Most near the median, some very large.");
  object.field("pareto", store, pareto(notation), "A heavy tail.");
  object.field("empirical", store, empirical(notation),
               "The values of a sample, all alike likely.");
  object.field("quantiles", store, quantiles(notation),
               "Pairs of a percentage and the value that it is below, from 0% to 100%, straight "
               "lines between.");
  object.exactly_one(
      {"constant", "uniform", "exponential", "lognormal", "pareto", "empirical", "quantiles"});
  object.example(notation.example);
  return either(std::move(constant), std::move(object).type());
}

}  // namespace

const Type<Distribution>& time_distribution() {
  static const Type<Distribution> type = distribution(
      {"Time",
       as<double>(duration(), [](Duration time) { return static_cast<double>(time.count()); }),
       "lognormal: {median: 2h, p95: 6h}", true});
  return type;
}

const Type<Distribution>& factor_distribution() {
  static const Type<Distribution> type =
      distribution({"Factor", number(0, 1e9), "uniform: [0.8, 1.2]", false});
  return type;
}

}  // namespace gnomon::scenarios
