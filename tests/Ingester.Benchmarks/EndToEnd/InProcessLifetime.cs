namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The lifetime of a server inside the benchmark process: signals stop the process and not the server.</summary>
internal sealed class InProcessLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
