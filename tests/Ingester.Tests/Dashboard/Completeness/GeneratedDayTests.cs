using Ingester.Core.Time;
using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Dashboard.Components;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Testing;
using Ingester.Testing.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>What the pages show of random damaged stores equals one audit of the day, however the day is cut into audits.</summary>
public sealed class GeneratedDayTests
{
    private const int Stores = 120;
    private const int Batch = 20;

    private const long Hour = 60 * Window.MicrosPerMinute;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, Stores / Batch)];

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Days_equal_the_audit_of_the_day(int batch)
    {
        for (var seed = batch * Batch + 1; seed <= (batch + 1) * Batch; seed++)
        {
            var given = StoreRun.Stores(new Random(seed), seed).First().Given;
            var start = given.From / (24 * Hour) * 24 * Hour;
            await CompareAsync(seed, given, start, start + 50 * Hour); // closed: one audit
            await CompareAsync(seed, given, start, given.Sent.Begin / Hour * Hour + Hour + 7 * Window.MicrosPerMinute); // in progress: blocks of hours
            await CompareCutAsync(seed, given, start, new Random(seed).Next(1, 4));
        }
    }

    /// <summary>Asks the auditor for the day at a moment, and audits the same time at once.</summary>
    private static async Task CompareAsync(int seed, StoreCase given, long start, long now)
    {
        var clock = new ManualClock(Micros.ToDateTime(now));
        using var access = new ArchiveAccess(given.Store, clock);
        using var auditor = new CompletenessAuditor(access, clock, NullLogger<CompletenessAuditor>.Instance);
        var day = DateOnly.FromDateTime(Micros.ToDateTime(start));
        auditor.Get(day);
        while (await auditor.RunOnceAsync(CancellationToken.None))
        {
            // Everything that is due.
        }

        var report = auditor.Get(day);
        Assert.True(report.IsAudited, $"seed {seed}");
        var end = Math.Min(start + 24 * Hour, BlockPlan.JudgedUntil(clock.GetUtcNow()));
        Compare(seed, await AuditAsync(given, start, end), report.Streams, start, end);
        Assert.Equal(report.Streams.All(stream => !stream.HasFindings), report.NothingMissing);
    }

    /// <summary>Cuts the day into audits of some hours and joins them.</summary>
    private static async Task CompareCutAsync(int seed, StoreCase given, long start, int hours)
    {
        var blocks = new List<AuditBlock>();
        for (var hour = 0; hour < 24; hour += hours)
        {
            var key = new BlockKey(given.Market.Exchange, start + hour * Hour, hours);
            blocks.Add(AuditBlock.From(key, key.EndMicros, await AuditAsync(given, key.FromMicros, key.EndMicros), [], default));
        }

        var day = DateOnly.FromDateTime(Micros.ToDateTime(start));
        var streams = blocks.SelectMany(block => block.Streams, (block, part) => (Block: block, Part: part)).GroupBy(one => one.Part.Stream).Select(parts => new StreamDay(day, [.. parts], blocks)).ToList();
        Compare(seed, await AuditAsync(given, start, start + 24 * Hour), streams, start, start + 24 * Hour);
    }

    private static Task<AuditReport> AuditAsync(StoreCase given, long from, long to) =>
        new MarketArchive(given.Store, "").AuditAsync(new() { From = Micros.ToDateTime(from), To = Micros.ToDateTime(to), Exchanges = [given.Market.Exchange] });

    private static void Compare(int seed, AuditReport expected, IReadOnlyList<StreamDay> actual, long start, long end)
    {
        Assert.Equal(expected.Streams.Select(stream => stream.Stream.Text).Order(StringComparer.Ordinal), actual.Select(stream => stream.Stream.Text).Order(StringComparer.Ordinal));
        foreach (var audit in expected.Streams)
        {
            var day = actual.Single(one => one.Stream == audit.Stream);
            var minutes = new DisplayState?[StreamDay.MinutesPerDay];
            minutes.AsSpan(0, (int)((end - start) / Window.MicrosPerMinute)).Fill(DisplayState.NotExpected);
            foreach (var window in audit.Windows)
                for (var minute = window.Window.StartMicros; minute < Math.Min(end, window.Window.EndMicros); minute += Window.MicrosPerMinute)
                    minutes[(minute - start) / Window.MicrosPerMinute] = MinuteStates.Of(window.Verdict);
            var what = $"seed {seed}, {audit.Stream}";
            Assert.True(minutes.SequenceEqual(day.ToMinutes()), $"{what}: minutes differ");
            foreach (var verdict in Enum.GetValues<WindowVerdict>())
                Assert.True(audit.Count(verdict) == day.Count(verdict), $"{what}: {day.Count(verdict)} windows are {verdict}, and the audit counts {audit.Count(verdict)}");
            foreach (var state in DisplayStates.All)
                Assert.True(minutes.Count(minute => minute == state) == day.Count(state), $"{what}: {day.Count(state)} minutes are {state}");
            Same(what, audit.MissingRanges.Select(Text), day.MissingRanges.Select(Text));
            Same(what, audit.OpenGaps.Distinct().Select(gap => gap.ToString()).Order(StringComparer.Ordinal), day.OpenGaps.Select(gap => gap.ToString()).Order(StringComparer.Ordinal));
            Same(what, audit.ClosedGaps.Distinct().Select(gap => gap.ToString()).Order(StringComparer.Ordinal), day.ClosedGaps.Select(gap => gap.ToString()).Order(StringComparer.Ordinal));
            Assert.True(audit.Messages == day.Messages, $"{what}: {day.Messages} messages, and the audit counts {audit.Messages}");
            Assert.True(audit.StoredObjects == day.StoredObjects && audit.StoredBytes == day.StoredBytes, $"{what}: stored objects");
            Assert.True(audit.Gaps == day.Gaps, $"{what}: {day.Gaps} gaps, and the audit counts {audit.Gaps}");
        }

        Assert.Equal(expected.NothingMissing, actual.All(stream => !stream.HasFindings));
    }

    private static string Text(MissingRange gap) => $"{gap.Range} {gap.FromMicros} {gap.ToMicros} {string.Join(',', gap.HeldBy)} {string.Join(',', gap.Causes)} {string.Join(',', gap.ReportedBy)} {gap.BookKnownFromMicros}";

    private static void Same(string what, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var (one, other) = (expected.ToList(), actual.ToList());
        Assert.True(one.SequenceEqual(other), $"{what}:\n  audit: {string.Join("; ", one)}\n  pages: {string.Join("; ", other)}");
    }
}
