using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>Closed days survive a restart of the dashboard.</summary>
public sealed class BlockFilesTests
{
    [Fact]
    public async Task Audit_of_a_file_is_the_audit()
    {
        using var folder = new TemporaryDirectory();
        var block = await AuditAsync();
        Files(folder).Add(block);
        var read = Files(folder).Find(block.Key, [])!;
        Assert.Equal((block.Key, block.ToMicros, block.AuditedAt, block.Duration, block.HasFindings, block.EstimatedBytes), (read.Key, read.ToMicros, read.AuditedAt, read.Duration, read.HasFindings, read.EstimatedBytes));
        var (one, other) = (new StreamDay(AuditedDays.Day, [(block, block.Streams[0])], [block]), new StreamDay(AuditedDays.Day, [(read, read.Streams[0])], [read]));
        Assert.Equal(one.ToMinutes(), other.ToMinutes());
        Assert.Equal((one.Stream, one.Messages, one.Gaps, one.StoredObjects, one.StoredBytes), (other.Stream, other.Messages, other.Gaps, other.StoredObjects, other.StoredBytes));
        Assert.Equal(one.MissingRanges.Select(gap => (gap.Range, gap.FromMicros, gap.ToMicros, string.Join(',', gap.Causes), string.Join(',', gap.ReportedBy))), other.MissingRanges.Select(gap => (gap.Range, gap.FromMicros, gap.ToMicros, string.Join(',', gap.Causes), string.Join(',', gap.ReportedBy))));
        Assert.NotEmpty(other.MissingRanges);
        Assert.Equal(one.ClosedGaps, other.ClosedGaps);
        Assert.NotEmpty(other.ClosedGaps);
    }

    [Fact]
    public async Task Damaged_file_and_another_store_are_not_used()
    {
        using var folder = new TemporaryDirectory();
        var block = await AuditAsync();
        Files(folder).Add(block);
        Assert.Null(new BlockFiles(folder.Path, "--store /other", long.MaxValue, NullLogger.Instance).Find(block.Key, []));
        var path = Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path))[..^20]);
        Assert.Null(Files(folder).Find(block.Key, []));
    }

    [Fact]
    public async Task Oldest_files_are_deleted_when_they_are_too_large_together()
    {
        using var folder = new TemporaryDirectory();
        var block = await AuditAsync();
        Files(folder, maxBytes: 1).Add(block);
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    private static BlockFiles Files(TemporaryDirectory folder, long maxBytes = long.MaxValue) => new(folder.Path, "--store /data", maxBytes, NullLogger.Instance);

    private static async Task<AuditBlock> AuditAsync()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromDays(2));
        days.Record("a", 0, 60, skip: second => second is (> 650 and <= 700) or (> 1_000 and <= 1_010));
        days.Record("b", 0, 60, skip: second => second is > 650 and <= 700);
        return Assert.Single((await days.ReadAsync()).Blocks);
    }
}
