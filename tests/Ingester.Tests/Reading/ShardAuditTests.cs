using Ingester.Core.Markets;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Testing.Stores;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading;

/// <summary>Which streams should be there is the nearest word on each, whatever other processes of the exchange said since.</summary>
public sealed class ShardAuditTests
{
    private const int Day = 24 * 60;

    private readonly MemoryStore store = new();

    [Theory]
    [InlineData(200, 5)]
    [InlineData(3 * Day + 200, 5)]
    [InlineData(7 * Day + 200, 0)] // forgotten
    public async Task Streams_of_a_shard_that_died_long_ago_are_missing_although_another_shard_runs(int minute, int missing)
    {
        Record("BTC-USDT", process: 1, 0, minute + 10);
        Record("ETH-USDT", process: 2, 0, 100);
        var verdicts = await AuditAsync(minute);
        Assert.Equal(WindowVerdict.Complete, Assert.Single(verdicts["BTC-USDT"].Distinct()));
        Assert.Equal(missing, verdicts.GetValueOrDefault("ETH-USDT", []).Count(verdict => verdict == WindowVerdict.Missing));
        Assert.DoesNotContain(store.Requests, request => request.StartsWith("GET trades/", StringComparison.Ordinal) || request.StartsWith("GET fragments/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stream_that_a_later_process_took_over_and_delisted_is_not_missing()
    {
        Record("BTC-USDT", process: 1, 0, 100);
        Record("ETH-USDT", process: 1, 0, 100, part: 2);
        Record("BTC-USDT", process: 2, 100, 900);
        Record("ETH-USDT", process: 2, 100, 400, part: 2, delisted: true);
        Assert.Equal(["BTC-USDT"], (await AuditAsync(800)).Keys);
    }

    [Fact]
    public async Task Stream_that_a_process_took_over_hours_later_and_delisted_is_not_missing()
    {
        Record("BTC-USDT", process: 1, 0, 100);
        Record("ETH-USDT", process: 1, 0, 100, part: 2);
        Record("BTC-USDT", process: 2, 300, 900);
        Record("ETH-USDT", process: 2, 300, 500, part: 2, delisted: true);
        Assert.Equal(["BTC-USDT"], (await AuditAsync(800)).Keys);
    }

    [Fact]
    public async Task Stream_that_one_replica_delisted_just_before_the_other_died_is_not_missing()
    {
        Record("BTC-USDT", process: 1, 0, 900);
        Record("ETH-USDT", process: 1, 0, 100, part: 2, delisted: true);
        Record("ETH-USDT", process: 2, 0, 103);
        Assert.Equal(["BTC-USDT"], (await AuditAsync(800)).Keys);
    }

    [Theory]
    [InlineData(170)]
    [InlineData(400)]
    [InlineData(2 * Day)]
    public async Task Stream_with_a_segment_after_its_delisting_and_lost_coverage_is_missing_in_every_later_hour(int minute)
    {
        Record("BTC-USDT", process: 1, 0, minute + 10);
        Record("ETH-USDT", process: 2, 0, 100, part: 2, delisted: true);
        var key = store.Keys.First(one => one.StartsWith("trades/exchange=binance/pair=ETH-USDT/", StringComparison.Ordinal));
        store.Forge(key.Replace($"{Archives.Begin.AddMinutes(1):HHmm}-1m", $"{Archives.Begin.AddMinutes(160):HHmm}-1m", StringComparison.Ordinal), store.Body(key), store.Metadata(key));
        Assert.Equal(Enumerable.Repeat(WindowVerdict.Missing, 5), (await AuditAsync(minute))["ETH-USDT"]);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(170)]
    [InlineData(400)]
    public async Task Stream_with_rows_in_a_window_after_its_delisting_is_missing_in_every_later_hour_although_the_delisting_was_written_last(int minute)
    {
        Record("BTC-USDT", process: 1, 0, minute + 10);
        string Line(int at, string rest) => $"{{\"ts\":{T0 + at * Minute},\"minutes\":1,\"dataset\":\"trades\",\"pair\":\"ETH-USDT\",{rest}}}\n";
        store.Forge(StoredText.Journal("coverage", new("trades", "binance", "ETH-USDT", Numbered: true), T0 + 101 * Minute, "b"),
            StoredText.Pack(Line(100, "\"state\":\"fragment\",\"rows\":1") + Line(99, "\"state\":\"delisted\",\"rows\":0")), ObjectMetadata.None);
        Assert.Equal(Enumerable.Repeat(WindowVerdict.Missing, 5), (await AuditAsync(minute))["ETH-USDT"]);
    }

    [Theory]
    [InlineData(130)]
    [InlineData(240)]
    [InlineData(400)]
    public async Task Stream_that_a_replica_reports_long_after_its_delisting_is_missing_in_every_later_hour(int minute)
    {
        Record("BTC-USDT", process: 1, 0, minute + 10);
        ReportEthereum((20, "delisted"), (30, "quiet"), (110, "quiet"));
        Assert.Equal(Enumerable.Repeat(WindowVerdict.Missing, 5), (await AuditAsync(minute))["ETH-USDT"]);
    }

    [Theory]
    [InlineData(130)]
    [InlineData(240)]
    [InlineData(400)]
    public async Task Stream_that_a_replica_reports_just_after_its_delisting_is_not_missing(int minute)
    {
        Record("BTC-USDT", process: 1, 0, minute + 10);
        ReportEthereum((80, "delisted"), (90, "quiet"), (110, "quiet"));
        Assert.Equal(["BTC-USDT"], (await AuditAsync(minute)).Keys);
    }

    [Fact]
    public async Task Stream_that_another_process_listed_again_and_delisted_is_not_missing()
    {
        Record("BTC-USDT", process: 1, 0, 900);
        Record("ETH-USDT", process: 2, 0, 100, part: 2, delisted: true);
        Record("ETH-USDT", process: 1, 300, 500, part: 3, delisted: true);
        Assert.Equal(["BTC-USDT"], (await AuditAsync(800)).Keys);
    }

    [Fact]
    public async Task Stream_that_the_next_process_does_not_record_is_missing()
    {
        Record("BTC-USDT", process: 1, 0, 100);
        Record("ETH-USDT", process: 1, 0, 100, part: 2);
        Record("BTC-USDT", process: 2, 100, 900);
        Assert.Equal(["BTC-USDT", "ETH-USDT"], (await AuditAsync(800)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stream_first_reported_in_the_period_for_an_earlier_window_is_missing_from_that_window_on()
    {
        Record("BTC-USDT", process: 1, 0, 900);
        Record("ETH-USDT", process: 2, 798, 800); // its only line is written a minute later
        Assert.Equal(Enumerable.Repeat(WindowVerdict.Missing, 5), (await AuditAsync(800))["ETH-USDT"]);
    }

    /// <summary>An event every twenty seconds, ids from the time.</summary>
    /// <summary>Coverage of a replica, one object for each window.</summary>
    private void ReportEthereum(params (int Minute, string State)[] windows)
    {
        foreach (var (minute, state) in windows)
            store.Forge(StoredText.Journal("coverage", new("trades", "binance", "ETH-USDT", Numbered: true), T0 + (minute + 1) * Minute, "b"),
                StoredText.Pack($"{{\"ts\":{T0 + minute * Minute},\"minutes\":1,\"dataset\":\"trades\",\"pair\":\"ETH-USDT\",\"state\":\"{state}\",\"rows\":0}}\n"), ObjectMetadata.None);
    }

    private void Record(string market, long process, int from, int to, int part = 1, bool delisted = false)
    {
        using var replica = new Replica(store, stream: new(Dataset.Trades, "binance", market)) { ProcessStart = process, JournalPart = part };
        replica.ConnectAt(T0 + from * Minute);
        for (var id = from * 3 + 1; id <= to * 3; id++)
        {
            replica.Trade(new(id, T0 + (id - 1) * 20 * Second));
            replica.TickAt(T0 + (id - 1) * 20 * Second);
        }

        replica.Close(killed: !delisted, delisted);
    }

    private async Task<Dictionary<string, List<WindowVerdict>>> AuditAsync(int minute)
    {
        var from = Archives.Begin.AddMinutes(minute);
        var report = await new MarketArchive(store, "").AuditAsync(new() { From = from, To = from.AddMinutes(5), Exchanges = ["binance"] });
        return report.Streams.ToDictionary(stream => stream.Stream.Market, stream => stream.Windows.Select(window => window.Verdict).ToList());
    }
}
