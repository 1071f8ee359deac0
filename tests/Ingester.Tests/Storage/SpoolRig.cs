using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Raw;
using Ingester.Storage.Compression;
using Ingester.Storage.Uploads;
using Ingester.Testing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage;

/// <summary>A store, a spool on disk, and the processes that use them one after the other.</summary>
internal sealed class SpoolRig : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private int processes;

    /// <summary>When the clock begins.</summary>
    public static DateTimeOffset Began { get; } = new ManualClock().GetUtcNow();

    public ManualClock Clock { get; } = new();

    public MemoryStore Store { get; } = new();

    /// <summary>Where the spool is.</summary>
    public string Root => Path.Combine(directory.Path, "spool");

    /// <summary>The finished files of the spool in the order of age.</summary>
    public IReadOnlyList<string> Files =>
        Directory.Exists(Root) ? [.. Directory.EnumerateFiles(Root, "*.spool", SearchOption.AllDirectories).Where(path => !IsCorrupt(path)).Order(StringComparer.Ordinal)] : [];

    /// <summary>The files that were set aside.</summary>
    public IReadOnlyList<string> Corrupt => [.. Directory.EnumerateFiles(Path.Combine(Root, "corrupt"))];

    /// <summary>Starts a process.</summary>
    public WriterRig Start(Action<StorageOptions>? change = null, string replica = "a", string[]? replicas = null, RawOptions? raw = null) => Start(Clock, change, replica, replicas, raw);

    /// <summary>Starts a process whose time passes by itself.</summary>
    public WriterRig StartInRealTime() => Start(TimeProvider.System, null, "a", null);

    /// <summary>The store fails from now on.</summary>
    public void Break() => Store.Failure = new("The bucket 'x' is on fire.", permanent: false);

    /// <summary>The store answers again.</summary>
    public void Mend() => Store.Failure = null;

    /// <summary>Lets time pass in small steps until something is true.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < ManualClock.Patience, "It did not come true in time.");
            await Clock.AdvanceAsync(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Breaks the store, adds segments and waits until all of them are on disk.</summary>
    public async Task SpoolAsync(WriterRig rig, params int[] numbers)
    {
        Break();
        foreach (var number in numbers)
            Assert.True(rig.Writer.TryAdd(Segment(number)));
        await UntilAsync(() => rig.Writer.BacklogState.Objects == 0);
    }

    public static SealedSegment Segment(int number, string? rows = null) =>
        SegmentSample.Segment(new(Dataset.Trades, "binance", $"M{number}-USD"), rows ?? $"{{\"id\":\"{number}\"}}\n");

    public static string Hash(int number)
    {
        using var rows = Segment(number).Rows;
        return RowCompression.Hash(rows);
    }

    public static string Key(int number) => $"md/trades/exchange=binance/pair=M{number}-USD/year=2025/month=10/day=25/0000-1m_7_9.json.gz";

    public void Dispose() => directory.Dispose();

    private WriterRig Start(TimeProvider clock, Action<StorageOptions>? change, string replica, string[]? replicas, RawOptions? raw = null) => new(Store, clock, replica, replicas, options =>
    {
        options.Spool = new() { Directory = Root };
        change?.Invoke(options);
    }, ++processes, raw: raw); // a journal is named by its process's start: two with the same start would write under one key

    private bool IsCorrupt(string path) => path.StartsWith(Path.Combine(Root, "corrupt"), StringComparison.Ordinal);
}
