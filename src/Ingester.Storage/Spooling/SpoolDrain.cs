using Ingester.Core.Memory;
using Ingester.Core.Segments;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>Uploads spooled objects, oldest first. Each worker has one object in memory at a time.</summary>
internal sealed class SpoolDrain(StorageContext context, Spool spool, StoreCircuit circuit, ObjectWriter objects)
{
    /// <summary>Output for the coverage lines of objects that are stored now.</summary>
    public required ISegmentOutput Output { get; init; }

    /// <summary>Runs until it is cancelled; several workers may run at once.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            var entry = await spool.NextAsync(cancellation);
            var kept = true;
            try
            {
                using var pass = await circuit.EnterAsync(cancellation);
                if (spool.Read(entry) is { } found)
                    await StoreAsync(entry, found, pass, cancellation);
                kept = false;
            }
            finally
            {
                if (kept)
                    spool.GiveBack(entry);
            }
        }
    }

    private async Task StoreAsync(SpoolEntry entry, SpooledObject found, StorePass pass, CancellationToken cancellation)
    {
        using var body = found.Body;
        var draft = found.Header.Draft(() => body);
        try
        {
            var written = await objects.WriteAsync(draft, cancellation);
            circuit.Answered(pass);
            context.Events.Answered(draft, written);
            DisputedWindow.Of(draft, written)?.Report(context.Events, Output);
            spool.Stored(entry, found.Header, Output);
        }
        catch (StoreException failure)
        {
            var attempts = spool.Attempts(entry);
            spool.Failed(entry, attempts, circuit.Failed(pass, failure, attempts));
        }
    }
}
