using System.Diagnostics;
using System.Globalization;
using Ingester.Benchmarks.Scenarios;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Objects;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>
/// Measures the audit of a day: CPU time, elapsed time and memory. The journals of both replicas are real objects in a directory; the listing of the
/// segments is generated while it is read, so that the benchmark measures the audit and not the file system. <c>directory</c> writes every object instead.
/// The exit code is 1 when the audit of a day of at most <see cref="BoundedObjects"/> objects takes too much CPU time or memory.
/// </summary>
internal sealed class AuditScale(AuditDay day, string folder)
{
    private const long BoundedObjects = 100_800; // 70 streams by the minute
    private const double MostSeconds = 5;
    private const double MostMiB = 256;

    /// <summary>Reads <c>audit [STREAMS [one|mix [directory]]]</c> and runs it.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var streams = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 4_000;
        var day = new AuditDay(streams, Mixed: arguments is [_, "mix", ..]);
        var folder = Directory.CreateTempSubdirectory("ingester-audit-").FullName;
        try
        {
            return await new AuditScale(day, folder).RunAsync(inDirectory: arguments is [_, _, "directory", ..]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunAsync(bool inDirectory)
    {
        var directory = new DirectoryStore(folder, TimeProvider.System);
        var journals = WriteJournals();
        if (inDirectory)
            WriteSegments();
        IObjectStore store = inDirectory ? directory : new ListedDay(directory, day);
        Console.WriteLine($"{day.Streams.Count:N0} streams, {day.Objects:N0} objects, {day.Replicas * day.Objects:N0} lines of coverage in {journals.Objects:N0} objects ({journals.Bytes >> 20:N0} MiB of gzip).");
        await ListAsync(store);

        using var archive = new MarketArchive(store, "");
        using var memory = new MemoryPeak();
        var (cpu, clock) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.StartNew());
        var report = await archive.AuditAsync(new() { From = day.Begin, To = day.Begin.AddDays(1), Exchanges = [AuditDay.Exchange] });
        var spent = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine($"audit                 {spent.TotalSeconds,8:0.0} s of CPU {clock.Elapsed.TotalSeconds,8:0.0} s   peak {memory.Managed >> 20:N0} MiB managed, {memory.WorkingSet >> 20:N0} MiB working set, "
            + $"{GC.GetTotalAllocatedBytes() >> 20:N0} MiB allocated in total, {archive.OpenedObjects:N0} objects opened");
        if (!report.NothingMissing || report.Count(WindowVerdict.Complete) != day.Objects || archive.OpenedObjects != journals.Objects)
            throw new InvalidOperationException($"{report.Count(WindowVerdict.Complete):N0} of {day.Objects:N0} windows were complete, {archive.OpenedObjects:N0} of {journals.Objects:N0} objects were opened.");
        var verdict = new Verdict();
        if (day.Objects <= BoundedObjects)
        {
            verdict.AtMost("seconds of CPU", spent.TotalSeconds, MostSeconds);
            verdict.AtMost("MiB of working set", memory.WorkingSet / (double)(1 << 20), MostMiB);
        }

        return verdict.ExitCode;
    }

    /// <summary>Lists the objects and parses their keys only: the share of the store and of the keys.</summary>
    private async Task ListAsync(IObjectStore store)
    {
        var listing = new StreamListing(store, "");
        var period = new Period(Micros.From(day.Begin), Micros.From(day.Begin.AddDays(1)));
        var (cpu, clock, count) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.StartNew(), 0L);
        foreach (var stream in day.Streams)
            await foreach (var entry in listing.ListSegmentsAsync(stream.Id, period, CancellationToken.None))
                count += entry.Name.IsWhole ? 1 : 0;
        var spent = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        if (count != day.Objects)
            throw new InvalidOperationException($"{count:N0} of {day.Objects:N0} objects were listed.");
        Console.WriteLine($"listing, names read   {spent.TotalSeconds,8:0.0} s of CPU {clock.Elapsed.TotalSeconds,8:0.0} s   {count / spent.TotalSeconds,12:N0} names/s/core");
    }

    private (int Objects, long Bytes) WriteJournals()
    {
        var (objects, bytes) = (0, 0L);
        Parallel.For(0, AuditDay.Minutes + 1, minute =>
        {
            using var rows = new RowBuffer();
            if (day.WriteCoverage(rows, minute) == 0)
                return;
            using var packed = RowCodec.Create(new()).Compress(rows);
            for (var replica = 0; replica < day.Replicas; replica++)
                Write(ObjectKey.Journal(new() { Replica = $"{(char)('a' + replica)}", ProcessStartMicros = replica + 1 },
                    new(Dataset.Coverage, AuditDay.Exchange, day.MinuteMicros(minute), 1)), packed);
            Interlocked.Add(ref objects, day.Replicas);
            Interlocked.Add(ref bytes, day.Replicas * packed.Length);
        });
        return (objects, bytes);
    }

    private void WriteSegments()
    {
        using var rows = new RowBuffer();
        using var packed = RowCompression.Compress(rows, 1);
        foreach (var stream in day.Streams)
            foreach (var window in day.Windows(stream))
                Write(ObjectKey.Segment("", day.Name(stream, window)), packed);
    }

    private void Write(string key, RowBuffer body)
    {
        var path = Path.Combine(folder, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        foreach (var chunk in body.Chunks)
            file.Write(chunk.Span);
    }
}
