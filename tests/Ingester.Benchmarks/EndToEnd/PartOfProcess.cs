namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The lifetime of a server that is only a part of a measurement: signals are for the process, which then ends.</summary>
internal sealed class PartOfProcess : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
