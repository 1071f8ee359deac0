using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;

namespace Ingester.Tests.Publishing.Certificates;

/// <summary>What certificates say about recorded days, and when a new one is written.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly CertifiedDays days = new();

    [Fact]
    public async Task Complete_day_is_available_and_verified()
    {
        foreach (var replica in new[] { "a", "b" })
            days.Record(replica, from: CertifiedDays.MinutesPerDay - 2, to: (2 * CertifiedDays.MinutesPerDay) + 2);
        await days.ExportAsync(CertifiedDays.First);
        var written = await days.CertifyAsync(CertifiedDays.First);

        var predicate = written.Statement.Predicate;
        var stream = Assert.Single(predicate.Streams);
        Assert.Equal((Condition.Available, 1, true), (predicate.Condition, predicate.Revision, written.IsNew));
        Assert.Empty(stream.Reasons);
        Assert.Equal(new(1440, 0, 0, 0, 0), stream.Windows);
        Assert.Equal(1440, stream.Grades["chain"]);
        Assert.Equal(new(1440, 0, 0, 0, 0), stream.Agreement);
        Assert.Equal((4320, 0, 0), (predicate.Events, predicate.Gaps.ReplicaGaps, predicate.Gaps.Merged));
        Assert.Equal(8640, predicate.Gaps.ReplicaMessages);
        Assert.Equal((CertifiedDays.IdAt(0).ToString(CultureInfo.InvariantCulture), CertifiedDays.IdAt(1440) - 1), (stream.First!.Id, long.Parse(stream.Last!.Id!, CultureInfo.InvariantCulture)));
        Assert.Equal("6.1.0", predicate.Engines["Parquet.Net"]);
        Assert.Null(predicate.Previous);

        var result = await days.VerifyAsync(CertifiedDays.First);
        Assert.Empty(result.Problems);
        Assert.True(result.Holds);
        Assert.Equal((4, 8640, days.Key.KeyId), (result.Files, result.Rows, result.KeyId));
    }

    [Fact]
    public async Task Gap_is_named_with_its_cause_and_what_closed_it()
    {
        var lost = CertifiedDays.IdAt(1425);
        days.Record("a", id => id == lost || id == lost + 6);
        days.Record("b", id => id == lost);
        await days.ExportAsync(CertifiedDays.First);
        var stream = Assert.Single((await days.CertifyAsync(CertifiedDays.First)).Statement.Predicate.Streams);

        Assert.Equal(Condition.Degraded, stream.Condition);
        Assert.Contains("Gaps in the ids: 1.", stream.Reasons);
        var missing = Assert.Single(stream.Missing);
        Assert.Equal((lost - 1, lost), (missing.After, missing.UpTo));
        Assert.Equal(["skip"], missing.Causes);
        var closed = Assert.Single(stream.Closed);
        Assert.Equal(("a", "skip", "replica"), (closed.Replica, closed.Cause, closed.ClosedBy));
        Assert.Contains(stream.Unproven, time => time.Verdict == "partial" && time.From <= missing.From && time.To >= missing.To);
        Assert.Equal((3, 1), (stream.Gaps.ReplicaGaps, stream.Gaps.Merged));
        Assert.True(stream.Gaps.PerMillionBefore > stream.Gaps.PerMillionAfter);
    }

    [Fact]
    public async Task Day_that_was_recorded_in_part_is_degraded()
    {
        days.Record();
        await days.ExportAsync(CertifiedDays.First);
        var stream = Assert.Single((await days.CertifyAsync(CertifiedDays.First)).Statement.Predicate.Streams);
        Assert.Equal(Condition.Degraded, stream.Condition);
        Assert.Equal(1440 - 30, stream.MinutesNotRecorded);
        Assert.Contains("1,410 minutes of the day were not recorded.", stream.Reasons);
    }

    [Fact]
    public async Task Market_that_is_not_exported_is_pending_and_one_that_is_lost_is_missing()
    {
        days.Record("a");
        days.Record("b", stream: new(Dataset.Trades, "binance", "ETH-USDT"));
        days.Record("c", from: 1420, to: 1435, stream: new(Dataset.Trades, "binance", "XRP-USDT"));
        await days.ExportAsync(CertifiedDays.First);
        var predicate = (await days.CertifyAsync(CertifiedDays.First)).Statement.Predicate;
        Assert.Equal(Condition.Pending, predicate.Condition);
        Assert.Equal([("BTC-USDT", Condition.Degraded), ("ETH-USDT", Condition.Pending), ("XRP-USDT", Condition.Missing)], predicate.Streams.Select(stream => (stream.Pair, stream.Condition)));
    }

    [Fact]
    public async Task Objects_that_only_a_reader_finds_damaged_degrade_the_day()
    {
        foreach (var replica in new[] { "a", "b" })
            days.Record(replica, from: CertifiedDays.MinutesPerDay - 2, to: (2 * CertifiedDays.MinutesPerDay) + 2);
        await days.ExportAsync(CertifiedDays.First, marks: new() { ["unreadable"] = 2, ["reset"] = 1 });
        var stream = Assert.Single((await days.CertifyAsync(CertifiedDays.First)).Statement.Predicate.Streams);
        Assert.Equal((Condition.Degraded, "Objects that could not be read: 2."), (stream.Condition, Assert.Single(stream.Reasons)));
    }

    [Fact]
    public async Task Unchanged_payload_keeps_its_envelope()
    {
        days.Record();
        await days.ExportAsync(CertifiedDays.First);
        var first = await days.CertifyAsync(CertifiedDays.First);
        var key = first.Keys.Envelope(1);
        var envelope = days.Store.Body(key);
        days.Program = "ingester 2.0.0"; // another version of the program changes nothing about the day
        var second = await days.CertifyAsync(CertifiedDays.First);
        Assert.Equal((1, false, first.Digest), (second.Statement.Predicate.Revision, second.IsNew, second.Digest));
        Assert.Same(envelope, days.Store.Body(key));
        Assert.DoesNotContain(days.Store.Keys, one => one.Contains(".r2.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    [InlineData("tr-TR")]
    public async Task Same_store_gives_the_same_payload_in_every_culture_and_order(string culture)
    {
        using var others = new CertifiedDays();
        foreach (var store in new[] { days, others })
        {
            var before = CultureInfo.CurrentCulture;
            if (store == others)
                CultureInfo.CurrentCulture = CreateCulture(culture);
            try
            {
                StreamId[] markets = [new(Dataset.Trades, "binance", "BTC-USDT"), new(Dataset.Trades, "binance", "ÅÄÖ-USDT")];
                foreach (var market in store == days ? markets : [.. markets.Reverse()])
                {
                    store.Record("a", id => id == CertifiedDays.IdAt(1415), stream: market);
                    store.Record("b", id => id == CertifiedDays.IdAt(1417), stream: market);
                    await store.ExportAsync(CertifiedDays.First, stream: market);
                }

                await store.CertifyAsync(CertifiedDays.First);
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }

        foreach (var key in days.Store.Keys.Where(key => key.StartsWith("export/certificates/", StringComparison.Ordinal) && !key.EndsWith(".dsse.json", StringComparison.Ordinal)))
            Assert.Equal(days.Store.Body(key), others.Store.Body(key));
        Assert.Equal(Payload(days), Payload(others));
    }

    [Fact]
    public async Task Changed_store_gives_a_new_revision_that_says_what_changed_and_the_next_day_stays()
    {
        var lost = CertifiedDays.IdAt(1425);
        days.Record("a", id => id == lost);
        await days.ExportAsync(CertifiedDays.First);
        await days.ExportAsync(CertifiedDays.Second);
        var before = await days.CertifyAsync(CertifiedDays.First);
        var next = await days.CertifyAsync(CertifiedDays.Second);
        Assert.Equal((CertifiedDays.First, 1, before.Digest), (next.Statement.Predicate.Previous!.Day, next.Statement.Predicate.Previous.Revision, next.Statement.Predicate.Previous.Digest.Sha256));

        days.Record("b", from: (2 * CertifiedDays.MinutesPerDay) - 20, to: (2 * CertifiedDays.MinutesPerDay) - 10);
        foreach (var file in before.Statement.Predicate.Streams[0].Files)
            days.Store.Forge(file.Key.Replace("export/", "export/superseded/r1/", StringComparison.Ordinal), days.Store.Body(file.Key), new(null, null, null));
        await days.ExportAsync(CertifiedDays.First, revision: 2);
        var after = await days.CertifyAsync(CertifiedDays.First);
        var predicate = after.Statement.Predicate;
        Assert.Equal((2, true, before.Digest), (predicate.Revision, after.IsNew, predicate.Replaces!.Digest.Sha256));
        Assert.Contains(predicate.Changes, change => change.StartsWith("BTC-USDT: ", StringComparison.Ordinal) && change.Contains("events 89 before, 90 now", StringComparison.Ordinal) && change.Contains("2 files changed", StringComparison.Ordinal));
        Assert.True((await days.VerifyAsync(CertifiedDays.First)).Holds);

        Assert.False((await days.CertifyAsync(CertifiedDays.Second)).IsNew); // it names the first revision of the day before
        Assert.True((await days.VerifyAsync(CertifiedDays.Second)).Holds);
        Assert.True((await days.VerifyAsync(CertifiedDays.First, new() { Revision = 1 })).Holds); // from the files that the export moved
        days.Store.Remove(before.Statement.Predicate.Streams[0].Files[0].Key.Replace("export/", "export/superseded/r1/", StringComparison.Ordinal));
        Assert.Contains("was changed", Assert.Single((await days.VerifyAsync(CertifiedDays.First, new() { Revision = 1 })).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writers_at_the_same_time_leave_one_revision()
    {
        days.Record();
        await days.ExportAsync(CertifiedDays.First);
        var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => days.CertifyAsync(CertifiedDays.First))));
        Assert.Single(written, one => one.IsNew);
        Assert.Single(written.Select(one => one.Digest).Distinct());
        Assert.True((await days.VerifyAsync(CertifiedDays.First)).Holds);
    }

    [Fact]
    public async Task Remains_of_a_writer_that_ended_early_are_skipped()
    {
        days.Record();
        await days.ExportAsync(CertifiedDays.First);
        days.Store.Forge(CertifiedDays.KeysOf(CertifiedDays.First).Checksums(1), "other\n"u8.ToArray(), new(null, null, null));
        var written = await days.CertifyAsync(CertifiedDays.First);
        Assert.Equal(2, written.Statement.Predicate.Revision);
        Assert.False((await days.CertifyAsync(CertifiedDays.First)).IsNew);
        Assert.True((await days.VerifyAsync(CertifiedDays.First)).Holds);
    }

    [Fact]
    public async Task Nothing_is_certified_when_something_cannot_be_read()
    {
        days.Record();
        Assert.Contains("Nothing of binance trades of 2025-10-26 is exported", (await Assert.ThrowsAsync<CertificateException>(() => days.CertifyAsync(CertifiedDays.First))).Message, StringComparison.Ordinal);

        var manifest = await days.ExportAsync(CertifiedDays.First);
        days.Store.Remove(manifest.Files[0].Key);
        Assert.Contains(manifest.Files[0].Key + " is in a manifest, and is not stored", (await Assert.ThrowsAsync<CertificateException>(() => days.CertifyAsync(CertifiedDays.First))).Message, StringComparison.Ordinal);

        await days.ExportAsync(CertifiedDays.Second);
        days.Store.Forge("export/manifests/2025/10/27/binance/trades/BTC-USDT.json", "{}"u8.ToArray(), new(null, null, null));
        Assert.Contains("is not a manifest of an export", (await Assert.ThrowsAsync<CertificateException>(() => days.CertifyAsync(CertifiedDays.Second))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_journal_is_named_and_degrades_the_day()
    {
        days.Record("a");
        days.Record("b");
        await days.ExportAsync(CertifiedDays.First);
        var journal = days.Store.Keys.First(key => key.StartsWith("coverage/exchange=binance/year=2025/month=10/day=26/23", StringComparison.Ordinal) && key.Contains("_b_", StringComparison.Ordinal));
        days.Change(journal, _ => [1, 2, 3]);
        var predicate = (await days.CertifyAsync(CertifiedDays.First)).Statement.Predicate;
        Assert.Equal(Condition.Degraded, predicate.Condition);
        Assert.Contains(journal, Assert.Single(predicate.Unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checksums_and_data_package_name_every_file()
    {
        days.Record();
        var manifest = await days.ExportAsync(CertifiedDays.First);
        await days.CertifyAsync(CertifiedDays.First);
        var keys = CertifiedDays.KeysOf(CertifiedDays.First);
        Assert.Equal(manifest.Files.Select(file => $"{file.Sha256}  {file.Key}"), Encoding.UTF8.GetString(days.Store.Body(keys.Checksums(1))).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var package = JsonDocument.Parse(days.Store.Body(keys.DataPackage(1))).RootElement;
        var resources = package.GetProperty("resources").EnumerateArray().ToList();
        Assert.Equal(manifest.Files.Select(file => (file.Key, file.Bytes, "sha256:" + file.Sha256)), resources.Select(one => (one.GetProperty("path").GetString()!, one.GetProperty("bytes").GetInt64(), one.GetProperty("hash").GetString()!)));
        Assert.Equal(["exchange", "symbol", "timestamp", "local_timestamp", "id", "side", "price", "amount"],
            resources[0].GetProperty("schema").GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("name").GetString()));
        Assert.All(resources, one => Assert.Matches("^[a-z0-9._-]+$", one.GetProperty("name").GetString()));
    }

    public void Dispose() => days.Dispose();

    private static string Payload(CertifiedDays store) => Encoding.UTF8.GetString(Envelope.Parse(store.Store.Body(CertifiedDays.KeysOf(CertifiedDays.First).Envelope(1))).Payload);

    /// <summary>The program runs without the data of cultures: a culture here is one with other signs for numbers and times.</summary>
    private static CultureInfo CreateCulture(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "−";
        culture.NumberFormat.NumberDecimalSeparator = name == "de-DE" ? "," : "٫";
        culture.NumberFormat.NumberGroupSeparator = name == "tr-TR" ? "." : "٬";
        culture.DateTimeFormat.DateSeparator = "-";
        culture.DateTimeFormat.TimeSeparator = ".";
        return culture;
    }
}
