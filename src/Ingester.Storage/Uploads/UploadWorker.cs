using Ingester.Core.Journals;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>
/// Takes uploads from the queue and writes them to the store, each when the circuit breaker permits it. An upload that fails is queued again with a delay, or
/// passed to the spooler when it has failed for too long. Several loops may run at a time.
/// </summary>
internal sealed class UploadWorker(StorageContext context, UploadQueue queue, StoreCircuitBreaker circuit, DeduplicatingWriter objects)
{
    /// <summary>Receives the rows of disputed windows.</summary>
    public required Journal Journal { get; init; }

    /// <summary>Receives which segments are stored.</summary>
    public required CoverageJournal Coverage { get; init; }

    /// <summary>Receives uploads that fail for too long; null without a spool.</summary>
    public Spooler? Spooler { get; init; }

    /// <summary>True when a permanent failure ends the worker. Default: uploads are retried without end.</summary>
    public bool IsBatch { get; init; }

    /// <summary>Uploads until <paramref name="cancellation"/>.</summary>
    /// <exception cref="StoreException">A permanent failure in a batch.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            await queue.WhenReadyAsync(cancellation);
            using var pass = await circuit.AcquireAsync(cancellation);
            if (queue.TryTakeSignaled(out var upload))
                await StoreAsync(upload, pass, cancellation);
        }
    }

    private async ValueTask StoreAsync(Upload upload, StorePermit pass, CancellationToken cancellation)
    {
        try
        {
            var draft = upload.ToDraft(context);
            var written = await objects.WriteAsync(draft, cancellation);
            circuit.OnSuccess(pass);
            context.Events.UploadCompleted(draft, written);
            DisputedWindow.Of(draft, written)?.Report(context.Events, Journal);
            if (upload.Coverage is { } line)
                Coverage.MarkStored(line, written.Sha256);
            queue.Complete(upload);
        }
        catch (StoreException failure)
        {
            var wait = circuit.OnFailure(pass, failure, upload.Failures);
            if (Spooler?.IsOverdue(upload) == true)
                queue.AddOverdue(upload);
            else
                queue.Requeue(upload, wait);
            if (IsBatch && circuit.IsFinal(failure, upload.Failures))
                throw;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            queue.PutBack(upload);
            Spooler?.OnQueueChanged(); // at a stop it waits for uploads in progress
            throw;
        }
    }
}
