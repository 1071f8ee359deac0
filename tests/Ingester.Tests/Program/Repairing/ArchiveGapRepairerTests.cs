using System.Globalization;
using System.Security.Cryptography;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Publishing.Witnesses;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Journals;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Repairing;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Ingester.Tests.Publishing.Witnesses;
using Ingester.Tests.Reading;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Program.Repairing;

/// <summary>Gaps are closed with the rows of published files, and everything that was not recorded says so.</summary>
public sealed class ArchiveGapRepairerTests : IDisposable
{
    private const int First = 940; // a minute before midnight
    private const int Midnight = 1000; // the id of the first trade of the day
    private const int Last = 1240;

    private static readonly DateOnly Day = new(2025, 10, 25);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-archive-").FullName;
    private readonly MemoryStore store = new();
    private readonly Dictionary<string, string> checksums = [];

    private static AuditScope Scope => new() { From = Archives.Begin.AddMinutes(-2), To = Archives.Begin.AddHours(1), Exchanges = ["binance"] };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Missing_trades_are_taken_and_the_proof_of_their_window_names_the_file()
    {
        Record(store, id => id is >= 1070 and <= 1074 or 1150);
        var path = Publish(Day, Rows());
        var result = await RepairAsync();
        Assert.All(result, gap => Assert.Equal((null, "BTCUSDT-trades-2025-10-25.zip"), (gap.OpenReason, Assert.Single(gap.Files))));

        var rows = (await Archives.ReadAsync(store, from: Archives.Begin.AddMinutes(-2))).ToList();
        Assert.Equal(Enumerable.Range(First, Last - First).Select(id => new Sent(id, Time(id)).Row), rows.Of(MarketEventKind.Row).Select(row => row.Text()));
        Assert.Empty(rows.Of(MarketEventKind.Gap));

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)));
        var fragments = store.Keys.Where(key => store.Metadata(key).Source is not null).ToList();
        Assert.Equal(["_1069_1074.json.gz", "_1149_1150.json.gz"], fragments.Select(key => key[key.IndexOf("m_", StringComparison.Ordinal)..][1..]));
        Assert.All(fragments, key => Assert.Equal(($"archive BTCUSDT-trades-2025-10-25.zip sha256:{sha256}", "fragments/"), (store.Metadata(key).Source, key[..10])));

        using var archive = new MarketArchive(store, "");
        var audit = Assert.Single((await archive.AuditAsync(Scope)).Streams);
        Assert.Empty(audit.MissingRanges);
        Assert.All(audit.ClosedGaps, gap => Assert.Equal("archive", gap.ClosedBy));
        Assert.Equal([new(new(1069, 1074), "BTCUSDT-trades-2025-10-25.zip", sha256), new(new(1149, 1150), "BTCUSDT-trades-2025-10-25.zip", sha256)], audit.Archived);
        Assert.Equal([(T0 + Minute, "archive"), (T0 + 2 * Minute, "archive")], audit.Windows.Where(window => window.Grade == StatedGrade.Archive).Select(window => (window.Window.StartMicros, window.Grade.ToString())));

        var left = await archive.RepairAsync(Scope);
        Assert.DoesNotContain(left.Repaired, window => window.Key.Contains("/0001-1m", StringComparison.Ordinal) || window.Key.Contains("/0002-1m", StringComparison.Ordinal));
        Assert.Equal(2, left.Left.Count(sentence => sentence.Contains("some of its rows are from a file that the exchange publishes", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Repair_can_be_repeated_and_run_twice_at_once()
    {
        Record(store, id => id is >= 1070 and <= 1074);
        Publish(Day, Rows());
        using (var archive = new MarketArchive(store, ""))
        {
            var audit = await archive.AuditAsync(Scope);
            var results = await Task.WhenAll(Repairer().RunAsync(audit, TestContext.Current.CancellationToken), Repairer().RunAsync(audit, TestContext.Current.CancellationToken));
            Assert.All(results.SelectMany(result => result), gap => Assert.Null(gap.OpenReason));
        }

        var before = store.Keys;
        Assert.Empty(await RepairAsync()); // nothing is missing any more
        Assert.Equal(before, store.Keys);
        Assert.Single(before, key => key.Contains("_1069_1074", StringComparison.Ordinal));
        Assert.DoesNotContain(before, key => key.StartsWith("divergent/", StringComparison.Ordinal) || key.StartsWith("variants/", StringComparison.Ordinal));
        Assert.Equal(Last - Midnight, (await Archives.ReadAsync(store)).Of(MarketEventKind.Row).Count());
    }

    [Theory]
    [InlineData("price", "1200,1.51,2,3,{0},false", "1.50 in the store and 1.51 in the file")]
    [InlineData("side", "1200,1.50,2,3,{0},true", "buy in the store and sell in the file")]
    public async Task File_that_contradicts_a_stored_trade_closes_nothing(string field, string row, string difference)
    {
        Record(store, id => id == 1070);
        Publish(Day, Rows().Select(text => text.StartsWith("1200,", StringComparison.Ordinal) ? string.Format(CultureInfo.InvariantCulture, row, Time(1200) / 1000) : text));
        await ClosesNothingAsync($"BTCUSDT-trades-2025-10-25.zip and the store differ in 1 trades. In trade 1200, the {field} is {difference}. None of its trades is taken.", mayCloseLater: false);
    }

    [Fact]
    public async Task File_with_another_checksum_closes_nothing()
    {
        Record(store, id => id == 1070);
        checksums[Publish(Day, Rows())] = new('0', 64);
        await ClosesNothingAsync($"BTCUSDT-trades-2025-10-25.zip does not have the checksum {new string('0', 64)} that the exchange publishes: the download is damaged.", mayCloseLater: true);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(9, false)]
    public async Task File_that_is_not_published_may_come_within_seven_days(int days, bool mayCloseLater)
    {
        Record(store, id => id == 1070);
        await ClosesNothingAsync("BTCUSDT-trades-2025-10-25.zip is not published.", mayCloseLater, days);
    }

    [Fact]
    public async Task Ids_that_the_file_lacks_too_stay_missing()
    {
        Record(store, id => id is >= 1070 and <= 1079);
        Publish(Day, Rows().Where(row => !row.StartsWith("1075,", StringComparison.Ordinal)));
        var gap = Assert.Single(await RepairAsync());
        Assert.Equal(("BTCUSDT-trades-2025-10-25.zip does not have (1074, 1075].", false, 1), (gap.OpenReason, gap.MayCloseLater, gap.Files.Count));
        using var archive = new MarketArchive(store, "");
        Assert.Equal(new(1074, 1075), Assert.Single(Assert.Single((await archive.AuditAsync(Scope)).Streams).MissingRanges).Range);
    }

    [Theory]
    [InlineData("1070,15e-1,2,3,{0},false", "Trade 1070 of BTCUSDT-trades-2025-10-25.zip is not taken: '15e-1' is not a number as the stream writes it.")]
    [InlineData("1070,1.50,2,3,1761357600000,false", "Trade 1070 of BTCUSDT-trades-2025-10-25.zip is not taken: its time is not that of the gap.")]
    [InlineData("1070,1.50,2,3,{0},false\n1070,1.51,2,3,{0},false", "Trade 1070 of BTCUSDT-trades-2025-10-25.zip is not taken: the file states it twice, with different content.")]
    public async Task Row_that_the_stream_cannot_have_sent_is_refused(string row, string reason)
    {
        Record(store, id => id is 1070 or 1071);
        Publish(Day, Rows().Select(text => text.StartsWith("1070,", StringComparison.Ordinal) ? string.Format(CultureInfo.InvariantCulture, row, Time(1070) / 1000) : text));
        var gap = Assert.Single(await RepairAsync());
        Assert.Equal($"BTCUSDT-trades-2025-10-25.zip does not have (1069, 1070]. {reason}", gap.OpenReason);
    }

    [Fact]
    public async Task Times_in_microseconds_become_those_of_the_stream()
    {
        Record(store, id => id == 1070);
        Publish(Day, Rows(id => $"{id},1.50,2,3.0,{Time(id) + 7},False,True"));
        Assert.Null(Assert.Single(await RepairAsync()).OpenReason);
        Assert.Contains((await Archives.ReadAsync(store)).Of(MarketEventKind.Row), row => row.Text() == new Sent(1070, Time(1070)).Row);
    }

    [Fact]
    public async Task Gap_across_midnight_is_closed_with_the_files_of_both_days()
    {
        Record(store, id => id is >= 990 and <= 1010);
        Publish(Day, Rows());
        Publish(Day.AddDays(-1), Rows(first: First, last: Midnight));
        var gap = Assert.Single(await RepairAsync());
        Assert.Equal((null, "BTCUSDT-trades-2025-10-24.zip BTCUSDT-trades-2025-10-25.zip"), (gap.OpenReason, string.Join(' ', gap.Files)));
        using var archive = new MarketArchive(store, "");
        Assert.Equal([(989L, 999L, "BTCUSDT-trades-2025-10-24.zip"), (999L, 1010L, "BTCUSDT-trades-2025-10-25.zip")],
            Assert.Single((await archive.AuditAsync(Scope)).Streams).Archived.Select(part => (part.Range.After, part.Range.UpTo, part.File)));
    }

    [Fact]
    public async Task File_of_a_day_that_has_expired_closes_nothing_and_the_next_day_goes_on()
    {
        Record(store, id => id is >= 990 and <= 1010);
        Publish(Day, Rows());
        Publish(Day.AddDays(-1), Rows(first: First, last: Midnight));
        using var archive = new MarketArchive(store, "");
        var audit = await archive.AuditAsync(Scope);
        var (stream, before) = (audit.Streams[0].Stream, Day.AddDays(-1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
        store.Forge(ObjectKey.Expired("", stream, before), new ExpiredDay(stream, before, 1, new('a', 64), []).Write(""), new(null, null, null, null));
        var gap = Assert.Single(await Repairer().RunAsync(audit, TestContext.Current.CancellationToken));
        Assert.Contains("trades/binance/BTC-USDT of 2025-10-24 has expired", gap.OpenReason, StringComparison.Ordinal);
        Assert.Contains("BTCUSDT-trades-2025-10-25.zip does not have (989, 999].", gap.OpenReason, StringComparison.Ordinal);
        Assert.Equal((false, "BTCUSDT-trades-2025-10-25.zip"), (gap.MayCloseLater, Assert.Single(gap.Files)));
    }

    [Fact]
    public async Task Row_that_arrives_later_from_a_replica_is_not_replaced()
    {
        Record(store, id => id == 1070);
        Publish(Day, Rows().Select(text => text.StartsWith("1070,", StringComparison.Ordinal) ? text.Replace("1.50", "1.60", StringComparison.Ordinal) : text));
        Assert.Null(Assert.Single(await RepairAsync()).OpenReason);
        Record(store, _ => false, "b"); // its objects were uploaded late
        var events = await Archives.ReadAsync(store);
        Assert.Contains(events.Of(MarketEventKind.Row), row => row.Text() == new Sent(1070, Time(1070)).Row);
        Assert.Contains("1.60", Assert.Single(events.Of(MarketEventKind.Conflict)).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gap_without_a_number_of_files_is_filled_in_parts()
    {
        Record(store, id => id is >= 1070 and <= 1099 or >= 1150 and <= 1154);
        var path = Publish(Day, Rows());
        using var archive = new MarketArchive(store, "");
        var stream = Assert.Single((await archive.AuditAsync(Scope)).Streams);
        var gaps = stream.MissingRanges.Select(gap => new ArchiveGap(stream.Stream, gap)).ToList();
        using (var output = new RepairOutput(store, "", new(), NullLoggerFactory.Instance))
            Assert.True(await output.RunAsync(() =>
            {
                new ArchiveFiller(stream.Stream, new("BTC-USDT", "BTCUSDT"), new(path, WitnessRig.Layout("binance")), new("a.zip", new('a', 64)), output) { MaxRows = 7 }.Fill(gaps);
                return Task.FromResult(gaps.TrueForAll(gap => gap.ToResult() is { OpenReason: null, Files.Count: 1 }));
            }));
        Assert.Empty(Assert.Single((await archive.AuditAsync(Scope)).Streams).MissingRanges);
    }

    private async Task ClosesNothingAsync(string reason, bool mayCloseLater, int days = 3)
    {
        var before = store.Keys;
        var gap = Assert.Single(await RepairAsync(days));
        Assert.Equal((reason, mayCloseLater, 0), (gap.OpenReason, gap.MayCloseLater, gap.Files.Count));
        Assert.Equal(before, store.Keys);
    }

    private async Task<IReadOnlyList<GapRepairResult>> RepairAsync(int days = 3)
    {
        using var archive = new MarketArchive(store, "");
        return await Repairer(days).RunAsync(await archive.AuditAsync(Scope), TestContext.Current.CancellationToken);
    }

    private ArchiveGapRepairer Repairer(int days = 3)
    {
        var clock = new ManualClock(Archives.Begin.AddDays(days));
        return new(store, "", new SegmentOptions(), (layout, symbol, day, _) => Task.FromResult(Find(layout.FileName(symbol, day))), clock, NullLoggerFactory.Instance);
    }

    private PublishedFile? Find(string name) =>
        Path.Combine(folder, name) is var path && File.Exists(path) ? new(path, checksums.GetValueOrDefault(path), null, null) : null;

    private string Publish(DateOnly day, IEnumerable<string> rows)
    {
        var path = Path.Combine(folder, WitnessRig.Layout("binance").FileName("BTCUSDT", day));
        File.WriteAllBytes(path, WitnessRig.Zip(Path.ChangeExtension(Path.GetFileName(path), ".csv"), rows));
        return path;
    }

    private static IEnumerable<string> Rows(Func<int, string>? row = null, int first = Midnight, int last = Last) =>
        Enumerable.Range(first, last - first).Select(row ?? (id => string.Create(CultureInfo.InvariantCulture, $"{id},1.50,2,3.0,{Time(id) / 1000},false,true")));

    private static long Time(int id) => T0 + (id - Midnight) * Second;

    private static void Record(MemoryStore store, Func<int, bool> isMissing, string name = "a")
    {
        using var replica = new Replica(store, name, new StreamId(Dataset.Trades, "binance", "BTC-USDT"));
        replica.ConnectAt(Time(First) - 10 * Second);
        for (var id = First; id < Last; id++)
        {
            if (!isMissing(id))
                replica.Trade(new(id, Time(id)));
            replica.TickAt(Time(id));
        }

        replica.Close();
    }
}
