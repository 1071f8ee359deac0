namespace Ingester.Core.Exchanges;

/// <summary>A REST request that an exchange's facts describe: GET, or POST when it has a body.</summary>
/// <param name="Uri">The address.</param>
/// <param name="Body">The JSON body of a POST; null for GET.</param>
internal sealed record RestCall(Uri Uri, string? Body = null);
