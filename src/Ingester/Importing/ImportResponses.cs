using Ingester.Core.Recordings;

namespace Ingester.Importing;

/// <summary>The REST responses of a recording, each at its time.</summary>
/// <param name="responses">The responses in the order of time.</param>
internal sealed class ImportResponses(IAsyncEnumerable<RecordedResponse> responses) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<RecordedResponse> source = responses.GetAsyncEnumerator(CancellationToken.None);
    private RecordedResponse? next;
    private bool ended;

    /// <summary>Returns the next response if it was received at or before a time; null if there is none.</summary>
    public async ValueTask<RecordedResponse?> NextUntilAsync(long micros)
    {
        if (next is null && !ended)
        {
            ended = !await source.MoveNextAsync();
            next = ended ? null : source.Current;
        }

        if (next is not { } found || found.Micros > micros)
            return null;
        next = null;
        return found;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();
}
