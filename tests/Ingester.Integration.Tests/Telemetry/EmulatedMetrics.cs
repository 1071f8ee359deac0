using System.Globalization;
using System.Xml.Linq;

namespace Ingester.Integration.Tests.Telemetry;

/// <summary>The metrics that an emulator of CloudWatch has received.</summary>
internal static class EmulatedMetrics
{
    /// <summary>Asks as <c>aws cloudwatch get-metric-statistics</c> does; null when there is nothing.</summary>
    public static async Task<string?> AskAsync(MotoServer moto, string metricNamespace, string name, string statistic, params (string Name, string Value)[] dimensions)
    {
        var now = TimeProvider.System.GetUtcNow();
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Action"] = "GetMetricStatistics",
            ["Version"] = "2010-08-01",
            ["Namespace"] = metricNamespace,
            ["MetricName"] = name,
            ["Period"] = "3600",
            ["Statistics.member.1"] = statistic,
            ["StartTime"] = now.AddMinutes(-30).ToString("O", CultureInfo.InvariantCulture),
            ["EndTime"] = now.AddMinutes(30).ToString("O", CultureInfo.InvariantCulture),
        };
        for (var i = 0; i < dimensions.Length; i++)
        {
            form[$"Dimensions.member.{i + 1}.Name"] = dimensions[i].Name;
            form[$"Dimensions.member.{i + 1}.Value"] = dimensions[i].Value;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, moto.Url) { Content = new FormUrlEncodedContent(form) };
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0");
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);
        var xml = XDocument.Parse(await answer.Content.ReadAsStringAsync());
        return xml.Descendants().FirstOrDefault(element => element.Name.LocalName == statistic)?.Value is { } value
            ? double.Parse(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : null;
    }
}
