using Ingester.Storage.Stores;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>Sends the probe until the store answers it. Nothing else is written to the store before.</summary>
/// <param name="circuit">Decides when the probe may be sent.</param>
/// <param name="isBatch">True if a failure that will not go away ends the loop with the exception.</param>
internal sealed class StoreProbeLoop(StoreCircuitBreaker circuit, bool isBatch)
{
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The probe; null (the default) skips it.</summary>
    public StoreProbe? Probe { get; set; }

    /// <summary>Completes when the store has answered the probe, or when there is none.</summary>
    public Task Answered => answered.Task;

    /// <summary>Runs until the store has answered.</summary>
    /// <exception cref="StoreException">The store failed permanently, in a batch.</exception>
    /// <exception cref="UnsafeStoreException">The store replaces objects.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var attempts = new FailureHistory();
        circuit.IsProbePending = Probe is not null;
        while (circuit.IsProbePending)
        {
            using var pass = await circuit.AcquireAsync(cancellation);
            try
            {
                await Probe!.RunAsync(cancellation);
                circuit.IsProbePending = false;
                circuit.OnSuccess(pass);
            }
            catch (StoreException failure)
            {
                circuit.OnFailure(pass, failure, attempts);
                if (isBatch && circuit.IsFinal(failure, attempts))
                    throw;
            }
        }

        answered.SetResult();
    }
}
