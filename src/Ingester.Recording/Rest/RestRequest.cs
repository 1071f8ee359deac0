namespace Ingester.Recording.Rest;

/// <summary>A REST request.</summary>
/// <param name="Address">The address in the exchange's profile.</param>
/// <param name="Weight">The weight in the request budget.</param>
/// <param name="Header">An additional header, such as an API key; null for none.</param>
/// <param name="Body">The JSON body of a POST; null for GET.</param>
internal sealed record RestRequest(Uri Address, int Weight, KeyValuePair<string, string>? Header = null, string? Body = null);
