using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging;

namespace Ingester.Integration.Tests.Storage;

/// <summary>Outages by their volume, on a real disk.</summary>
[Collection(AloneCollection.Name)] // it measures the memory of the process
public sealed class OutageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-outage-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public Task Two_hundred_megabytes_wait_on_disk_while_memory_stays_flat_and_all_of_them_are_stored() => RunAsync(new(Streams: 100, Minutes: 4, Rows: 5_000));

    /// <summary>An hour at 5,000 events a second over 500 streams. Run it with <c>-explicit only -method "*outage_of_an_hour*"</c>.</summary>
    [Fact(Explicit = true)]
    public Task Volume_of_an_outage_of_an_hour_waits_on_disk_while_memory_stays_flat_and_all_of_it_is_stored() => RunAsync(new(Streams: 500, Minutes: 60, Rows: 600));

    [Fact]
    public async Task Full_disk_leaves_segments_in_memory_and_nothing_is_lost()
    {
        var disk = Path.Combine(folder, "disk");
        Directory.CreateDirectory(disk);
        using var mount = Process.Start("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
        await mount.WaitForExitAsync();
        Assert.SkipUnless(mount.ExitCode == 0, "This user may not mount a file system of one megabyte.");
        try
        {
            var store = new VanishingStore { Gone = true };
            await using var rig = Rig(store, disk);
            for (var number = 0; number < 40; number++)
                Assert.True(rig.Writer.TryAdd(Segment(number, 0, 3_000)));
            await UntilAsync(() => rig.Writer.SpoolState.BlockedReason is not null && rig.Writer.SpoolState.Files >= 2);
            Assert.Contains("The disk is full", rig.Writer.SpoolState.BlockedReason, StringComparison.Ordinal);
            Assert.Equal(40, rig.Writer.SpoolState.Files + rig.Writer.BacklogState.Objects);
            Assert.Contains(rig.Log.Of(LogLevel.Error), line => line.Contains("The disk is full", StringComparison.Ordinal));
            store.Gone = false;
            await UntilAsync(() => rig.Writer.SpoolState.Files + rig.Writer.BacklogState.Objects == 0);
            Assert.Equal(40, store.Stored.Count);
            Assert.Equal(0, rig.Writer.SpoolState.Corrupt);
        }
        finally
        {
            using var unmount = Process.Start("umount", [disk]);
            await unmount.WaitForExitAsync();
        }
    }

    private async Task RunAsync(Volume volume)
    {
        var store = new VanishingStore { Gone = true };
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var rig = Rig(store, Path.Combine(folder, "spool"));
        var before = Memory(collect: true);
        var (most, early) = (0L, 0L);
        for (var minute = 0; minute < volume.Minutes; minute++)
        {
            for (var number = 0; number < volume.Streams; number++)
            {
                var segment = Segment(number, minute, volume.Rows);
                var hash = RowCompression.Hash(segment.Rows);
                expected.Add(ObjectKey.Segment("md", SegmentKey.Of(segment, hash)), hash);
                while (!rig.Writer.TryAdd(segment))
                    await rig.Writer.WhenDrainedToAsync(0.5).WaitAsync(ManualClock.Patience);
            }

            most = Math.Max(most, Memory(collect: false));
            if (minute == volume.Minutes / 4)
                early = Memory(collect: true);
        }

        await UntilAsync(() => rig.Writer.BacklogState.Objects == 0);
        Assert.Equal(expected.Count, rig.Writer.SpoolState.Files);
        Assert.InRange(Memory(collect: true) - early, long.MinValue, 32L << 20); // flat, but for what this test expects
        Assert.InRange(most - before, long.MinValue, 200L << 20);

        store.Gone = false;
        await UntilAsync(() => rig.Writer.SpoolState.Files == 0);
        Assert.Equal(expected, store.Stored);
        Assert.InRange(Memory(collect: true) - early, long.MinValue, 48L << 20); // and what the store remembers
        TestContext.Current.SendDiagnosticMessage($"{expected.Count} segments, {volume.Rows * expected.Count:N0} rows; memory at most {(most - before) >> 20} MiB above the beginning.");
    }

    private static long Memory(bool collect) => GC.GetTotalMemory(collect) + ChunkPool.Shared.CommittedBytes;

    private static WriterRig Rig(VanishingStore store, string spool) => new(store, TimeProvider.System, change: options =>
    {
        options.MaxQueuedBytes = 64 << 20;
        options.Spool = new() { Directory = spool, StartAfter = TimeSpan.FromSeconds(1) };
        options.MaxRetryDelay = TimeSpan.FromSeconds(1);
    });

    private static SealedSegment Segment(int stream, int minute, int rows)
    {
        var random = new Random(stream * 1_000 + minute);
        var buffer = new RowBuffer();
        for (var row = 0; row < rows; row++)
        {
            var text = $"{{\"id\":\"{row}\",\"ts\":{SegmentSample.Midnight + row},\"side\":\"buy\",\"price\":\"{random.NextInt64(1_000_000, 9_999_999)}\",\"size\":\"{random.NextDouble()}\"}}\n";
            buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(text.Length)));
        }

        return new()
        {
            Stream = new(Dataset.Trades, "binance", $"M{stream}-USD"),
            Window = new(SegmentSample.Midnight + minute * Window.MicrosPerMinute, 1),
            Range = new(minute * rows, (minute + 1) * rows),
            IsWhole = true,
            Count = rows,
            Rows = buffer,
            Identity = StreamIdentity.Identical,
        };
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(5), "It did not come true in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private readonly record struct Volume(int Streams, int Minutes, int Rows);

    /// <summary>A store that may be gone, and that keeps of each object only the hash of its rows, which it checks.</summary>
    private sealed class VanishingStore : IObjectStore
    {
        public bool Gone { get; set; }

        public ConcurrentDictionary<string, string> Stored { get; } = new(StringComparer.Ordinal);

        public async Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation)
        {
            ThrowIfGone();
            Assert.Equal(metadata.Sha256, await RowCompression.HashCompressedAsync(new RowBufferReadStream(body), cancellation));
            return Stored.TryAdd(key, metadata.Sha256!) ? PutOutcome.Stored : PutOutcome.Exists;
        }

        public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation)
        {
            ThrowIfGone();
            return Task.FromResult(Stored.TryGetValue(key, out var hash) ? new ObjectInfo(0, new(hash, null, "1")) : null);
        }

        public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => throw new NotSupportedException();

        public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => throw new NotSupportedException();

        private void ThrowIfGone()
        {
            if (Gone)
                throw new StoreException("Gone.", permanent: false);
        }
    }
}
