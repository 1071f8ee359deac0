using Ingester.Core.Journals;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>Uploads spooled objects, oldest first. Each worker has one object in memory at a time.</summary>
internal sealed class SpoolDrain(StorageContext context, Spool spool, StoreCircuitBreaker circuit, DeduplicatingWriter objects, IJournal journal)
{
    /// <summary>Runs until it is cancelled; several workers may run at once.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            var entry = await spool.TakeNextAsync(cancellation);
            var kept = true;
            try
            {
                using var pass = await circuit.AcquireAsync(cancellation);
                if (spool.Read(entry) is { } found)
                    await StoreAsync(entry, found, pass, cancellation);
                kept = false;
            }
            finally
            {
                if (kept)
                    spool.PutBack(entry);
            }
        }
    }

    private async Task StoreAsync(SpoolEntry entry, SpooledObject found, StorePermit pass, CancellationToken cancellation)
    {
        using var body = found.Body;
        var draft = found.Header.ToDraft(() => body);
        try
        {
            var written = await objects.WriteAsync(draft, cancellation);
            circuit.OnSuccess(pass);
            context.Events.UploadCompleted(draft, written);
            DisputedWindow.Of(draft, written)?.Report(context.Events, journal);
            spool.MarkStored(entry, found.Header);
        }
        catch (StoreException failure)
        {
            var attempts = spool.FailuresOf(entry);
            spool.MarkFailed(entry, attempts, circuit.OnFailure(pass, failure, attempts));
        }
    }
}
