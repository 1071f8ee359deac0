using System.Globalization;
using System.Text.Json;
using Ingester.Browser.Tests.Driving;

namespace Ingester.Browser.Tests.Pages;

/// <summary>When nothing changes any more, the pages show the figures of <c>/status</c>, <c>ingester audit</c> and <c>ingester book</c>.</summary>
[Collection(LastCollection.Name)]
public sealed class FrozenMomentTests(RunningDashboard running)
{
    private const string Exchange = SimulatedSystem.Unrepaired; // one of its streams has a gap
    private const string MinuteFormat = "yyyy-MM-dd'T'HH:mm";
    private const int MinutesPerHour = 60;

    private static readonly TimeSpan NotJudged = SimulatedSystem.Minutes(6); // the last minutes, which pages do not judge yet

    private ChromiumBrowser Browser => running.Browser;

    [Fact]
    public async Task Pages_equal_status_audit_and_book()
    {
        _ = running.Browser;
        running.System.Exchanges.StopGenerating();
        NowEqualsStatus();
        var stopped = running.System.Clock.GetUtcNow();
        await running.System.StopRecordersAsync();
        await CompletenessEqualsAuditAsync(stopped - NotJudged);
        await BookEqualsTheCommandAsync(stopped);
    }

    private void NowEqualsStatus()
    {
        Browser.Open(running.Dashboard.Page(""));
        var (expected, shown) = ("", "");
        Browser.Until("the page equals /status", () =>
        {
            expected = string.Join('\n', running.System.ReadStatusAsync().GetAwaiter().GetResult().SelectMany(status => status!.Exchanges
                .Select(one => $"{one.Exchange} {status.Replica}: {one.ConnectionsOpen} of {one.ConnectionsWanted}, {one.StreamsSubscribed} of {one.StreamsWanted}")
                .Append($"{status.Replica}: {status.Events} events, {status.Quarantined} quarantined, {status.BacklogObjects} not stored")));
            shown = string.Join('\n', Browser.Rows("Exchanges").GroupBy(row => row[1]).SelectMany(replica => replica
                .Select(row => $"{row[0]} {row[1]}: {row[2]}, {row[3]}")
                .Append($"{replica.Key}: {replica.Sum(row => Number(row[5]))} events, {replica.Sum(row => Number(row[10]))} quarantined, {replica.Sum(row => Number(row[9]))} not stored")));
            return shown == expected;
        }, () => $"{expected}\n\nshown:\n{shown}");
    }

    private async Task CompletenessEqualsAuditAsync(DateTimeOffset end)
    {
        var audit = await running.System.RunAsync([0, 1, 3], "audit", "--from", $"{running.System.Day}T00:00", "--to", end.ToString(MinuteFormat, CultureInfo.InvariantCulture),
            "--exchange", Exchange, "--dataset", "trades", "--dataset", "depth", "--config", running.System.Configuration, "--json");
        using var report = JsonDocument.Parse(audit);
        var streams = report.RootElement.GetProperty("streams").EnumerateArray().ToList();
        Assert.Equal(6, streams.Count); // trades and diffs of three markets
        var last = (int)end.TimeOfDay.TotalMinutes;
        foreach (var stream in streams)
        {
            var (dataset, market) = (stream.GetProperty("dataset").GetString(), stream.GetProperty("pair").GetString());
            var expected = $"{stream.GetProperty("complete").GetInt32()} complete, {stream.GetProperty("quiet").GetInt32()} quiet, partial {Minutes(stream, "partial")}, missing {Minutes(stream, "missing")}, disputed {Minutes(stream, "disputed")}";
            var shown = "";
            Browser.Open(running.Dashboard.Page($"completeness/{Exchange}/{dataset}/{market}/{running.System.Day}"));
            Browser.Until($"the minutes of {dataset} {market} equal the audit", () =>
            {
                var signs = Browser.Rows("Minutes of the day, one row for each hour (UTC)").SelectMany(row => row.Skip(1)).Take(last).ToList();
                shown = $"{signs.Count(sign => sign == "✓")} complete, {signs.Count(sign => sign == "·")} quiet, partial {Minutes(signs, "◐")}, missing {Minutes(signs, "✕")}, disputed {Minutes(signs, "≠")}";
                return shown == expected;
            }, () => $"{expected}\nshown:\n{shown}");
            var gaps = Browser.Rows("Gaps").Select(row => row[2]).ToList();
            Assert.All(stream.GetProperty("missingIds").EnumerateArray(), missing => Assert.Contains(gaps, text => text.Contains(missing.GetProperty("upTo").GetRawText(), StringComparison.Ordinal)));
        }
    }

    private async Task BookEqualsTheCommandAsync(DateTimeOffset moment)
    {
        var traded = running.System.Trades(SimulatedSystem.Repaired);
        var at = moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var printed = await running.System.RunAsync([0, 3], "book", traded.Exchange, traded.Market, "--at", at, "--config", running.System.Configuration, "--json");
        using var book = JsonDocument.Parse(printed);
        Browser.Open(running.Dashboard.Page($"market/{traded.Exchange}/{traded.Market}/book?at={at}"));
        var ladder = Browser.Rows("Order book, levels by price").Where(row => row.Count == 4).Select(row => (Price: row[1].TrimStart('~', ' '), Size: row[0] + row[2])).ToList();
        var asks = Levels(book, "asks").Reverse();
        Assert.Equal([.. asks, .. Levels(book, "bids")], ladder);
        Assert.Contains(book.RootElement.GetProperty("proof").GetString()!, Browser.Texts(".proof")[0], StringComparison.Ordinal);
        Assert.Contains($"up to id {book.RootElement.GetProperty("upTo").GetInt64()}", Browser.PageText, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Price, string Size)> Levels(JsonDocument book, string side) =>
        book.RootElement.GetProperty(side).EnumerateArray().Take(15).Select(level => (level[0].GetString()!, level[1].GetString()!));

    /// <summary>The minutes of the day in a list of windows, as text.</summary>
    private string Minutes(JsonElement stream, string verdict)
    {
        var midnight = DateTimeOffset.ParseExact(running.System.Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return string.Join(' ', stream.GetProperty(verdict).EnumerateArray().Select(start => Minute((int)(DateTimeOffset.FromUnixTimeMilliseconds(start.GetInt64() / 1_000) - midnight).TotalMinutes)));
    }

    private static string Minutes(List<string> signs, string sign) => string.Join(' ', Enumerable.Range(0, signs.Count).Where(minute => signs[minute] == sign).Select(Minute));

    private static string Minute(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / MinutesPerHour:00}:{minute % MinutesPerHour:00}");

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
