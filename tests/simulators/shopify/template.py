"""The HTML of the state page."""

from string import Template

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Shopify simulator</title>
<style>
body {
  font: 15px/1.4 system-ui, sans-serif; color: #222;
  margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
}
table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
th, td { border: 1px solid #ddd; padding: .2rem .6rem; text-align: left; }
th { background: #f4f6f5; }
input, select, button { font: inherit; margin-right: .4rem; }
.problem { background: #fde8e8; padding: .5rem 1rem; }
</style>
</head>
<body>
<h1>Shopify simulator</h1>
<p>Simulated time $now. Control API: <code>/_sim/status</code>.</p>
$problem
$shops
<h2>Webhook deliveries</h2>
$webhooks
<h2>Faults</h2>
$faults
<h2>Calls received</h2>
$calls
</body>
</html>
""")
FORM = Template("""<form method="post">
<input type="hidden" name="shop" value="$name">
<input name="sku" list="skus-$name" placeholder="SKU" required>
<datalist id="skus-$name">$skus</datalist>
<input name="quantity" type="number" min="1" value="1" required>
<input name="email" type="email" value="walk-in@example.com">
<select name="payment">
<option>paid<option>authorized<option>pending<option>partially_paid
</select>
<label><input type="checkbox" name="oversell"> oversell</label>
<button>Place order</button>
</form>
""")
