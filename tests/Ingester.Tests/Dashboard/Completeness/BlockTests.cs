using Ingester.Core.Time;
using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Reading.Auditing;
using Ingester.Tests.Reading;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>How days are cut into audits, when they are repeated, and how many are kept.</summary>
public sealed class BlockTests
{
    private const long Hour = 60 * Window.MicrosPerMinute;

    [Theory]
    [InlineData(10, 48, "24")]
    [InlineData(500, 48, "24")]
    [InlineData(4_000, 48, "3 3 3 3 3 3 3 3")]
    [InlineData(100_000, 25, "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]
    [InlineData(10, 14, "6 6 1 1")]
    [InlineData(4_000, 8, "3 3 1 1")]
    [InlineData(10, 0, "")]
    public void Day_is_cut_by_the_number_of_streams(int streams, int hoursSinceMidnight, string lengths)
    {
        var now = Micros.ToDateTime(Replica.T0 + hoursSinceMidnight * Hour);
        var blocks = BlockPlan.Cut("binance", streams, AuditedDays.Day, now);
        Assert.Equal(lengths, string.Join(' ', blocks.Select(block => block.Hours)));
        Assert.Equal(blocks.Skip(1).Select(block => block.FromMicros), blocks.SkipLast(1).Select(block => block.EndMicros));
    }

    [Fact]
    public void Proven_hours_are_final_a_quarter_of_an_hour_after_their_end()
    {
        Assert.NotNull(RefreshRule.NextAudit(Block(0, auditedAfter: TimeSpan.FromMinutes(14))));
        Assert.Null(RefreshRule.NextAudit(Block(0, auditedAfter: TimeSpan.FromMinutes(15))));
    }

    [Fact]
    public void Hours_with_findings_are_audited_again_and_less_often_after_the_repair()
    {
        var recent = Block(0, TimeSpan.FromHours(1), problem: "coverage is not readable.");
        Assert.Equal(TimeSpan.FromMinutes(1), RefreshRule.NextAudit(recent) - recent.AuditedAt);
        var old = Block(0, TimeSpan.FromDays(7), problem: "coverage is not readable.");
        Assert.Equal(TimeSpan.FromMinutes(10), RefreshRule.NextAudit(old) - old.AuditedAt);
    }

    [Fact]
    public void Long_audits_pause_longer()
    {
        var block = Block(0, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(10), RefreshRule.NextAudit(block) - block.AuditedAt);
        Assert.Equal(TimeSpan.FromSeconds(100), RefreshRule.NextAudit(block with { Duration = TimeSpan.FromSeconds(20) }) - block.AuditedAt);
    }

    [Fact]
    public void Cache_drops_what_was_not_used_for_the_longest_time()
    {
        var size = Block(0, default, problem: new('x', 1_000)).EstimatedBytes;
        var cache = new BlockCache(3 * size);
        for (var hour = 0; hour < 3; hour++)
            cache.Add(Block(hour, default, problem: new('x', 1_000)));
        Assert.NotNull(cache.Find(Key(0)));
        cache.Add(Block(3, default, problem: new('x', 1_000)));
        Assert.Null(cache.Find(Key(1)));
        Assert.NotNull(cache.Find(Key(0)));
        cache.Add(Block(3, default, problem: new('x', 1_000)));
        Assert.Equal(3 * size, cache.Bytes);
    }

    private static BlockKey Key(int hour) => new("binance", Replica.T0 + hour * Hour, 1);

    private static AuditBlock Block(int hour, TimeSpan auditedAfter, string? problem = null) => AuditBlock.From(
        Key(hour), Key(hour).EndMicros, new AuditReport { Streams = [], Unreadable = problem is null ? [] : [problem] }, [], (Micros.ToDateTime(Key(hour).EndMicros) + auditedAfter, TimeSpan.Zero));
}
