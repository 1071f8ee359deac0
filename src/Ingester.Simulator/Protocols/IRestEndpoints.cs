using Ingester.Simulator.Frames;

namespace Ingester.Simulator.Protocols;

/// <summary>The REST endpoints of an exchange. Called under the lock of the exchange.</summary>
internal interface IRestEndpoints
{
    /// <summary>The weight of the request.</summary>
    int Weight(SimulatedRestRequest request);

    /// <summary>Writes the response body and returns the status code.</summary>
    int Respond(SimulatedRestRequest request, Utf8Builder body);
}
