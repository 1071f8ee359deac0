using System.Globalization;
using Ingester.Core.Exchanges;
using Ingester.Recording.Limits;
using Ingester.Recording.Planning;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Rest;

/// <summary>
/// Asks an exchange over REST within what it allows: every request waits for its part of the budget, what the exchange says that was spent is
/// believed, and when it says that it was too much, nobody asks for as long as it wants.
/// </summary>
internal sealed class RequestDesk(ConnectionSurroundings around)
{
    private readonly RestClient client = new(around.Context);

    /// <summary>Asks when the budget allows.</summary>
    /// <exception cref="RestException">There is no answer, or it refuses.</exception>
    public async Task<ReadOnlyMemory<byte>> GetAsync(RestRequest request, CancellationToken stop)
    {
        await around.Budgets.Requests.WaitAsync(stop, request.Weight);
        try
        {
            return await client.GetAsync(request, Answered, stop);
        }
        catch (RestException refused) when (refused.RetryAfter is { } span)
        {
            around.Budgets.Requests.HoldOff(span);
            throw;
        }
    }

    /// <summary>Asks when the budget allows, and reads the answer: see <see cref="RestClient.Read"/>.</summary>
    /// <exception cref="RestException">There is no answer, it refuses, or it cannot be read.</exception>
    /// <exception cref="System.Text.Json.JsonException">The answer is not as the exchange promises.</exception>
    public async Task<T> GetAsync<T>(RestRequest request, Func<ReadOnlySpan<byte>, T> read, CancellationToken stop) =>
        client.Read(request, await GetAsync(request, stop), read);

    private void Answered(HttpResponseMessage response)
    {
        if (around.Context.Exchange.Profile.UsedWeightHeader is { } name && response.Headers.TryGetValues(name, out var values)
            && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var weight))
            around.Budgets.Spent(weight);
    }
}
