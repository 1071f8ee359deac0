using System.Globalization;
using System.Text.Json;
using Ingester.Integration.Tests.Queries;

namespace Ingester.Integration.Tests.Derivation;

/// <summary>The views of <c>docs/views-derived.sql</c> over one compacted hour, one that is not, and a minute with two revisions.</summary>
public sealed class DerivedViewTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-views-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Views_return_each_bar_once_from_its_highest_revision()
    {
        QueryEngine.Require();
        await SmallMarket.ImportAsync(folder, lostTrade: 100);
        await SmallMarket.DeriveAsync(folder);
        await SmallMarket.ImportAsync(folder); // the trade is found: minute 00:55 gets its second revision
        await SmallMarket.DeriveAsync(folder);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder, "data", "derived", "bars"), "0055_r2.json.gz", SearchOption.AllDirectories));
        var answers = await QueryEngine.RunAsync("derived.mjs", [Path.Combine(QueryEngine.Repository, "docs"), Path.Combine(folder, "data")], TestContext.Current.CancellationToken);
        Assert.All(answers.EnumerateObject(), answer => Assert.True(answer.Value.ValueKind == JsonValueKind.Array, $"{answer.Name}: {answer.Value}"));

        var begin = DateTimeOffset.FromUnixTimeMilliseconds(SmallMarket.BeginMillis);
        var bars = Rows("bars_all");
        Assert.Equal(Enumerable.Range(0, 12).Select(minute => begin.AddMinutes(minute)), bars.Where(bar => Integer(bar, "minutes") == 1).Select(Time).Order());
        Assert.Equal([begin.AddMinutes(-4), begin.AddMinutes(1), begin.AddMinutes(6)], bars.Where(bar => Integer(bar, "minutes") == 5).Select(Time).Order());
        Assert.Equal(6 + 2, Rows("bars_hours").Count);
        Assert.Equal(6 + 1, Rows("bars_minutes").Count);
        var found = Assert.Single(bars, bar => Integer(bar, "minutes") == 1 && Time(bar) == begin.AddMinutes(1));
        Assert.Equal(("complete", 60L, 0L), (found.GetProperty("condition").GetString(), Integer(found, "trades"), Integer(found, "missing")));
        var ids = Enumerable.Range(60, 60).ToList();
        Assert.Equal(
            (ids.Sum(id => (1 + id) / 1_000m), ids.Where(id => id % 2 == 1).Sum(id => (1 + id) / 1_000m), 99.99m, 100.01m),
            (Decimal(found, "volume"), Decimal(found, "buyVolume"), Decimal(found, "open"), Decimal(found, "close")));
        Assert.Equal(6 * 61, Rows("book_metrics_hours").Count);
        Assert.Contains(Rows("quotes_hours"), quote => Decimal(quote, "bid") == 99.99m && Decimal(quote, "bidSize") == 1.1m && Decimal(quote, "ask") == 100.01m);

        List<JsonElement> Rows(string view) => [.. answers.GetProperty(view).EnumerateArray()];
    }

    private static long Integer(JsonElement row, string name) => long.Parse(row.GetProperty(name).ToString(), CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(JsonElement row) => DateTimeOffset.UnixEpoch.AddMicroseconds(Integer(row, "ts"));

    private static decimal? Decimal(JsonElement row, string name) => row.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture) : null;
}
