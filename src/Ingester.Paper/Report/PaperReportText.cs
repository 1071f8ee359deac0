using System.Globalization;
using System.Text;
using Ingester.Core.Time;

namespace Ingester.Paper.Report;

/// <summary>The report as text.</summary>
internal static class PaperReportText
{
    /// <summary>Writes the report.</summary>
    public static string Write(PaperReport report)
    {
        var text = new StringBuilder();
        void Line(string name, string value) => text.Append(name.PadRight(22)).Append(value).Append('\n');
        Line("run", report.Ended ? report.Run : $"{report.Run} (has not ended)");
        Line("period", string.Create(CultureInfo.InvariantCulture, $"{Micros.ToDateTime(report.From):yyyy-MM-dd HH:mm} to {Micros.ToDateTime(report.To):yyyy-MM-dd HH:mm} UTC"));
        Line("portfolio", $"{Money(report.StartValue)} to {Money(report.EndValue)}");
        Line("result", $"{Money(report.Result)} after fees of {Money(report.Fees)}");
        Line("closed trades", $"{report.ClosedTrades}, {Money(report.ClosedResult)}, hit rate {Percent(report.HitRate)}");
        Line("largest drawdown", $"{Money(report.MaxDrawdown)} ({Percent(report.MaxDrawdownShare)})");
        Line("predictions", $"{report.Predictions}, accuracy {Percent(report.PredictionAccuracy)}");
        Line("decisions", List(report.Decisions));
        Line("refused by risk", report.Refused == 0 ? "0" : $"{report.Refused} ({List(report.Refusals)})");
        Line("orders", $"{report.Orders}, {report.Rejected} rejected by the simulated exchange");
        Line("fills", $"{report.Fills} ({List(report.Evidence)})");
        Line("on proven data", $"{Percent(report.ProvenShare)} of profits and losses: {Money(report.ProvenResult)}{(report.HasStoreProofs ? "" : " (as the run knew it)")}");
        Line("journal", report.JournalHead);
        foreach (var sentence in report.Unreadable)
            Line("not readable", sentence);
        return text.ToString();
    }

    private static string Money(decimal value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Percent(decimal? share) => share is { } value ? (value * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %" : "not known";

    private static string List(IReadOnlyDictionary<string, int> counts) => counts.Count == 0 ? "none" : string.Join(", ", counts.Select(static one => $"{one.Value} {one.Key}"));
}
