namespace Ingester.Core.Recordings;

/// <summary>A REST request of a recording and its response.</summary>
/// <param name="Micros">Time of the response in microseconds UTC; null if the recording has none.</param>
/// <param name="Method">The method of the request: <c>GET</c> or <c>POST</c>.</param>
/// <param name="Url">The address of the request, with its query.</param>
/// <param name="RequestBody">The body of the request; empty for none.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body of the response.</param>
internal sealed record RecordedResponse(long? Micros, string Method, string Url, string RequestBody, int Status, byte[] Body);
