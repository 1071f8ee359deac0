using System.Globalization;
using System.Text;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Inputs;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Running;

/// <summary>
/// Derives the bars of one exchange, some minutes at a time. Longer bars are made from the stored bars of one minute, and are rows of the object of their last
/// minute.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="store">The store of derived objects.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="options">What is derived.</param>
internal sealed class BarDeriver(ArchiveReader archive, DerivedStore store, string exchange, DeriveOptions options)
{
    private readonly BarSource source = new(archive, exchange);
    private readonly MinutePublisher minutes = new(store, DerivedDataset.Bars, exchange, BarRow.Columns);
    private readonly int[] lengths = [.. options.BarMinutes.Where(static length => length > 1).Distinct().Order()];
    private StoredBars? stored;

    /// <summary>The minute objects.</summary>
    public MinutePublisher Minutes => minutes;

    /// <summary>Derives the minutes of a period of at most one UTC hour whose inputs have changed.</summary>
    public async Task DeriveAsync(Period period, DeriveReport report, CancellationToken cancellation)
    {
        stored ??= new(store, minutes);
        var reader = new InputReader(archive, exchange, options.MarketPattern, new(period.From, period.To + BarSource.Margin));
        var streams = await source.FindStreamsAsync(reader, new(period.From, period.To + BarSource.Margin), cancellation);
        if (streams.Count == 0)
            return;
        var fingerprint = new InputFingerprint(period, $"bars 1 {options.MarketPattern} {string.Join(',', lengths)}");
        foreach (var stream in streams)
            fingerprint.AddMinutes(stream, BarSource.Margin);
        var changed = await FindChangedAsync(period, fingerprint, cancellation);
        foreach (var run in MinuteRuns.Of(changed))
            await DeriveRunAsync(run, reader, streams, fingerprint, report, cancellation);
        report.Unchanged += (period.To - period.From) / Window.MicrosPerMinute - changed.Count;
        report.Unreadable.UnionWith(reader.Unreadable);
    }

    /// <summary>The changed minutes in order. A changed minute will have the next revision, which changes the longer bars that contain it.</summary>
    private async Task<List<long>> FindChangedAsync(Period period, InputFingerprint fingerprint, CancellationToken cancellation)
    {
        var changed = new List<long>();
        for (var minute = period.From; minute < period.To; minute += Window.MicrosPerMinute)
            if (!await minutes.IsCurrentAsync(minute, await HashAsync(minute, fingerprint, [.. changed], cancellation), cancellation))
                changed.Add(minute);
        return changed;
    }

    /// <summary>The hash of all inputs of a minute: those of its trades, and the revisions of all minutes of the longest bar that ends with it.</summary>
    private async Task<string> HashAsync(long minute, InputFingerprint fingerprint, HashSet<long> changed, CancellationToken cancellation)
    {
        if (Array.FindLast(lengths, length => StoredBars.StartOf(minute, length) is not null) is not (> 0 and var longest))
            return fingerprint.HashOf(minute);
        var text = new StringBuilder(fingerprint.HashOf(minute));
        for (var part = StoredBars.StartOf(minute, longest)!.Value; part < minute; part += Window.MicrosPerMinute)
            text.Append(CultureInfo.InvariantCulture, $" {((await minutes.FindAsync(part, cancellation))?.Revision ?? 0) + (changed.Contains(part) ? 1 : 0)}");
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private async Task DeriveRunAsync(Period run, InputReader reader, List<StreamInputs> streams, InputFingerprint fingerprint, DeriveReport report, CancellationToken cancellation)
    {
        var bars = new List<Bar>[(run.To - run.From) / Window.MicrosPerMinute];
        for (var index = 0; index < bars.Length; index++)
            bars[index] = [];
        foreach (var stream in streams)
            foreach (var bar in await source.ReadAsync(run, reader, stream, report, cancellation))
                bars[(bar.StartMicros - run.From) / Window.MicrosPerMinute].Add(bar);
        for (var minute = run.From; minute < run.To; minute += Window.MicrosPerMinute)
        {
            var ofMinute = bars[(minute - run.From) / Window.MicrosPerMinute];
            stored!.Keep(minute, ofMinute);
            using var rows = new DerivedRows();
            foreach (var bar in ofMinute)
                BarRow.Write(rows, bar);
            foreach (var length in lengths)
                if (StoredBars.StartOf(minute, length) is { } start)
                    await RollUpAsync(rows, start, length, cancellation);
            await minutes.WriteAsync(minute, await HashAsync(minute, fingerprint, [], cancellation), fingerprint.CountOf(minute), rows, report, cancellation);
        }
    }

    private async Task RollUpAsync(DerivedRows rows, long start, int length, CancellationToken cancellation)
    {
        var rollups = new SortedDictionary<string, BarRollup>(StringComparer.Ordinal);
        for (var minute = start; minute < start + length * Window.MicrosPerMinute; minute += Window.MicrosPerMinute)
            foreach (var bar in await stored!.GetAsync(minute, cancellation))
            {
                if (!rollups.TryGetValue(bar.Market, out var rollup))
                    rollups.Add(bar.Market, rollup = new(bar.Market, start, length));
                rollup.Add(bar);
            }

        foreach (var rollup in rollups.Values)
            BarRow.Write(rows, rollup.Complete());
    }
}
