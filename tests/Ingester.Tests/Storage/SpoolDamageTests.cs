using Ingester.Core.Markets;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Storage;

/// <summary>Full disks, truncated files, and processes that end at the wrong moment.</summary>
public sealed class SpoolDamageTests : IDisposable
{
    private readonly SpoolRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Damaged_file_is_moved_aside_and_reported_and_the_others_are_stored()
    {
        await using (var former = rig.Start())
            await rig.SpoolAsync(former, 0, 1, 2, 3, 4);
        var files = rig.Files;
        File.WriteAllBytes(files[0], []);
        File.WriteAllBytes(files[1], File.ReadAllBytes(files[1])[..^1]);
        var changed = File.ReadAllBytes(files[2]);
        changed[^40] ^= 1;
        File.WriteAllBytes(files[2], changed);

        rig.Mend();
        await using (var next = rig.Start())
        {
            await rig.UntilAsync(() => next.Writer.SpoolState.Files == 0);
            Assert.Equal(2, rig.Store.Keys.Count);
            Assert.Equal((3, 3), (rig.Corrupt.Count, next.Writer.SpoolState.Corrupt));
            Assert.Equal(3, next.Meter.SpoolObjects.TotalOf("corrupt"));
            Assert.Equal(3, next.Log.Of(LogLevel.Error).Count(line => line.Contains("is damaged", StringComparison.Ordinal)));
            await next.CompleteAsync();
        }

        await using var later = rig.Start();
        Assert.Equal((0, 3), (later.Writer.SpoolState.Files, later.Writer.SpoolState.Corrupt));
        Assert.Equal(3, rig.Corrupt.Count);
    }

    [Fact]
    public async Task File_truncated_at_any_byte_is_moved_aside_and_never_stored()
    {
        await using (var former = rig.Start())
            await rig.SpoolAsync(former, 0);
        var path = Assert.Single(rig.Files);
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
            File.WriteAllBytes(path.Replace(SpoolEntry.Extension, $"-{length}{SpoolEntry.Extension}", StringComparison.Ordinal), whole[..length]);
        rig.Mend();
        await using var next = rig.Start();
        await rig.UntilAsync(() => next.Writer.SpoolState.Files == 0);
        Assert.Equal([SpoolRig.Key(0)], rig.Store.Keys);
        Assert.Equal(whole.Length, rig.Corrupt.Count);
    }

    [Fact]
    public async Task File_that_a_killed_process_had_not_named_is_taken_when_it_is_whole_and_set_aside_when_it_is_not()
    {
        await using (var former = rig.Start())
            await rig.SpoolAsync(former, 0, 1);
        foreach (var path in rig.Files)
            File.Move(path, path + SpoolEntry.UnfinishedExtension);
        var unfinished = Directory.EnumerateFiles(rig.Root, "*" + SpoolEntry.UnfinishedExtension, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        File.WriteAllBytes(unfinished, File.ReadAllBytes(unfinished)[..100]);
        rig.Mend();
        await using var next = rig.Start();
        await rig.UntilAsync(() => next.Writer.SpoolState.Files == 0);
        Assert.Single(rig.Store.Keys);
        Assert.Single(rig.Corrupt);
    }

    [Fact]
    public async Task Strange_files_and_folders_are_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(rig.Root, "lost+found"));
        File.WriteAllText(Path.Combine(rig.Root, "lost+found", "x.spool"), "x");
        Directory.CreateDirectory(Path.Combine(rig.Root, "20251025T0000"));
        File.WriteAllText(Path.Combine(rig.Root, "20251025T0000", "notes.txt"), "x");
        await using var a = rig.Start();
        await rig.SpoolAsync(a, 1);
        rig.Mend();
        await rig.UntilAsync(() => rig.Store.Keys.Count == 1 && a.Writer.SpoolState.Files == 0);
        Assert.Empty(a.Log.Of(LogLevel.Error));
        Assert.True(File.Exists(Path.Combine(rig.Root, "20251025T0000", "notes.txt")));
    }

    [Fact]
    public async Task Removed_spool_file_is_reported_and_no_longer_counted()
    {
        await using var a = rig.Start();
        await rig.SpoolAsync(a, 1, 2);
        File.Delete(rig.Files[0]);
        rig.Mend();
        await rig.UntilAsync(() => a.Writer.SpoolState.Files == 0);
        Assert.Single(rig.Store.Keys);
        Assert.Equal((1, 0), (a.Meter.SpoolObjects.TotalOf("gone"), a.Writer.SpoolState.Bytes));
        Assert.Contains(a.Log.Of(LogLevel.Error), line => line.StartsWith("1 files of the minute 20251025T0000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_processes_never_share_a_spool_and_the_error_names_the_owner()
    {
        await using var a = rig.Start();
        var refusal = Assert.Throws<StoreException>(() => SpoolDirectory.Open(rig.Root, "somebody else"));
        Assert.Equal($"The spool {rig.Root} is in use by replica a of a test: give each recorder a directory of its own.", refusal.Message);
        Assert.True(refusal.IsPermanent);
    }

    [Fact]
    public async Task Full_spool_leaves_segments_in_memory_then_rejects_them_and_still_accepts_gap_rows()
    {
        await using var a = rig.Start(options => (options.Spool!.MaxBytes, options.MaxQueuedObjects) = (1 << 16, 10));
        rig.Break();
        var taken = 0;
        await rig.UntilAsync(() =>
        {
            while (a.TryAdd(SpoolRig.Segment(taken)))
                taken++;
            return taken == 25;
        });
        await rig.UntilAsync(() => a.Writer.SpoolState is { Files: 15, BlockedReason: not null } && a.Writer.BacklogState.Objects == 10);
        Assert.False(a.TryAdd(SpoolRig.Segment(taken)));
        Assert.Contains("is full", a.Writer.SpoolState.BlockedReason, StringComparison.Ordinal);
        Assert.Single(a.Log.Of(LogLevel.Error), line => line.Contains("is full", StringComparison.Ordinal));

        a.Writer.Add(new(Dataset.Gaps, "binance", "{\"cause\":\"overflow\"}"));
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await rig.UntilAsync(() => a.Writer.SpoolState.Files == 16);

        rig.Mend();
        await rig.UntilAsync(() => a.Writer.SpoolState.Files == 0 && a.Writer.BacklogState.Objects == 0);
        Assert.Equal(26, rig.Store.Keys.Count);
        Assert.Null(a.Writer.SpoolState.BlockedReason);
        Assert.True(a.Writer.TryAdd(SpoolRig.Segment(taken)));
        await a.CompleteAsync();
    }

    [Fact]
    public async Task Disk_that_rejects_writes_leaves_segments_in_memory_until_it_accepts_them()
    {
        await using var a = rig.Start();
        rig.Break();
        var minute = Path.Combine(rig.Root, "20251025T0000");
        File.WriteAllText(minute, "a file stands where the folder would be");
        Assert.True(a.Writer.TryAdd(SpoolRig.Segment(1)));
        await rig.UntilAsync(() => a.Meter.SpoolObjects.TotalOf("failed") >= 3);
        Assert.Equal((1, 0), (a.Writer.BacklogState.Objects, a.Writer.SpoolState.Files));
        Assert.Single(a.Log.Of(LogLevel.Error));
        File.Delete(minute);
        await rig.UntilAsync(() => a.Writer.BacklogState.Objects == 0);
        Assert.Single(rig.Files);
        Assert.Contains(a.Log.Of(LogLevel.Information), line => line.Contains("can be written again", StringComparison.Ordinal));
        rig.Mend();
        await rig.UntilAsync(() => rig.Store.Keys.Count == 1);
    }

    [Fact]
    public async Task Stop_spools_objects_that_cannot_be_stored_and_reports_them()
    {
        await using (var a = rig.StartInRealTime())
        {
            rig.Break();
            for (var number = 0; number < 40; number++)
                Assert.True(a.Writer.TryAdd(SpoolRig.Segment(number)));
            a.Writer.Add(new(Dataset.Gaps, "binance", "{}"));
            var stop = a.Writer.CompleteAsync(TimeSpan.FromSeconds(15));
            Assert.Equal((0, 41), (await stop, a.Writer.SpoolState.Files));
            Assert.Contains(a.Log.Of(LogLevel.Error), line => line.Contains("41 objects remain in the spool", StringComparison.Ordinal));
        }

        rig.Mend();
        await using var next = rig.Start();
        await rig.UntilAsync(() => next.Writer.SpoolState.Files == 0);
        Assert.Equal(41, rig.Store.Keys.Count);
    }

    [Fact]
    public async Task Stop_spools_objects_whose_upload_hangs()
    {
        rig.Store.Gate = new TaskCompletionSource().Task;
        await using var a = rig.StartInRealTime();
        for (var number = 0; number < 40; number++)
            Assert.True(a.Writer.TryAdd(SpoolRig.Segment(number)));
        await rig.Store.UntilAsync(() => rig.Store.Count("PUT") == 8);
        var stop = a.Writer.CompleteAsync(TimeSpan.FromSeconds(3));
        Assert.Equal((0, 40), (await stop, a.Writer.SpoolState.Files));
    }

    [Fact]
    public async Task Stop_uses_its_time_to_empty_the_spool()
    {
        await using (var former = rig.Start())
            await rig.SpoolAsync(former, [.. Enumerable.Range(0, 30)]);
        rig.Mend();
        await using var next = rig.Start();
        await next.CompleteAsync();
        Assert.Equal((30, 0), (rig.Store.Keys.Count, next.Writer.SpoolState.Files));
    }
}
