using System.Globalization;
using System.Text;

namespace Ingester.Core.Telemetry;

/// <summary>Series in the text that Prometheus reads: <c>ingester.gaps.seen</c> is <c>ingester_gaps_seen_total</c>, seconds and bytes end in their unit.</summary>
internal static class PrometheusText
{
    /// <summary>The content type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all series; each carries the labels of the process besides its tags.</summary>
    public static string Write(IReadOnlyList<MetricSeries> series, string replica)
    {
        var text = new StringBuilder();
        foreach (var group in series.GroupBy(one => one.Instrument))
        {
            var kind = MetricCollector.KindOf(group.Key);
            var name = Name(group.Key.Name, group.Key.Unit, kind);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {group.Key.Description}\n# TYPE {name} {Type(kind)}\n");
            foreach (var one in group)
                Write(text, name, one, replica);
        }

        return text.ToString();
    }

    /// <summary>The name of an instrument as Prometheus has it.</summary>
    public static string Name(string name, string? unit, SeriesKind kind)
    {
        var plain = name.Replace('.', '_').Replace('-', '_');
        plain += unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return kind == SeriesKind.Counter ? plain + "_total" : plain;
    }

    private static string Type(SeriesKind kind) => kind switch
    {
        SeriesKind.Counter => "counter",
        SeriesKind.Histogram => "histogram",
        _ => "gauge",
    };

    private static void Write(StringBuilder text, string name, MetricSeries series, string replica)
    {
        var labels = string.Join(',', series.Tags.All().Prepend(("replica", replica)).Select(tag => $"{tag.Item1}=\"{Escape(tag.Item2)}\""));
        if (series.Value.Buckets is not { } buckets)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {Number(series.Value.Sum)}\n");
            return;
        }

        for (var i = 0; i < buckets.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{Number(MetricCollector.Bounds[i])}\"}} {buckets[i]}\n");
        text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"+Inf\"}} {series.Value.Count}\n");
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {Number(series.Value.Sum)}\n{name}_count{{{labels}}} {series.Value.Count}\n");
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
