using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Binance;

/// <summary>Reads the <c>depthUpdate</c> of one exchange of the family.</summary>
internal delegate void BinanceDepthReader(ref FrameReader json, BinanceLevelBuffers scratch, ref DepthEvent depth);
