import type { Words } from './words.ts';

export const SPANISH: Words = {
  months: [
    'enero, ene',
    'febrero, feb',
    'marzo, mar',
    'abril, abr',
    'mayo, may',
    'junio, jun',
    'julio, jul',
    'agosto, ago',
    'septiembre, setiembre, sept, sep, set',
    'octubre, oct',
    'noviembre, nov',
    'diciembre, dic',
  ],
  phrases: {
    invoice:
      'factura, recibo, ticket, factura simplificada, factura proforma, boleta, factura electronica, comprobante',
    'credit-note': 'nota de credito, factura rectificativa, abono, factura de abono',
    number: 'numero, num, n, no, nro, nº',
    'invoice number':
      'n factura, no factura, numero de factura, factura n, factura no, num factura, factura num, nº factura, n de factura, no de factura, num de factura, nro factura, nro de factura, factura numero, factura nro, folio, serie numero',
    date: 'fecha, fecha de',
    'invoice date':
      'fecha de factura, fecha factura, fecha de emision, fecha emision, fecha de expedicion, fecha expedicion, fecha de la factura, fecha de facturacion, emitida el',
    'due date':
      'vencimiento, fecha de vencimiento, fecha vencimiento, vence el, fecha limite de pago, pagar antes del, fecha de vto, vto, fecha limite, fecha de cargo, pagadero antes del, vencimientos',
    sum: 'importe, monto, valor, cuantia',
    total: 'total, suma, totales, importe total, monto total',
    grand: 'total general',
    'invoice grand':
      'total factura, importe factura, importe total factura, total de la factura, importe de la factura, total factura eur',
    sub: 'subtotal, sub total, suma importes, total bruto',
    net: 'neto, base imponible, base, total neto, importe neto, base imp, sin iva, sin impuestos, importe sin iva, total sin iva, valor neto',
    gross: 'iva incluido, iva incl, con iva, impuestos incluidos, total con iva',
    tax: 'iva, i v a, impuesto, impuestos, cuota iva, cuota, igic, cuota de iva, importe iva, total iva, itbis, igv, recargo, total impuestos',
    with: 'incluido, con, incluidos, incluye',
    without: 'sin, excluido',
    due: 'a pagar, total a pagar, importe a pagar, saldo, saldo pendiente, liquido a pagar, pendiente, importe pendiente, pendiente de pago, saldo a pagar, liquido, monto a pagar, neto a pagar, total a abonar, importe a abonar, a abonar, valor a pagar',
    paid: 'pagado, anticipo, entregado, ya pagado, importe pagado, a cuenta, pagos, pago, efectivo, cambio, total pagado',
    extra: 'gastos de envio, portes, envio, transporte, gastos, recargo de equivalencia, propina',
    discount: 'descuento, dto, descuentos, retencion, irpf, retencion irpf, total descuento, bonificacion',
    previous: 'saldo anterior, factura anterior',
    rounding: 'redondeo',
    price: 'precio, precio unitario, p unitario, precio unit, tarifa, unitario, precio ud, p u, pvp',
    other:
      'pedido, cliente, cuenta, codigo, codigo cliente, fecha de pedido, fecha pedido, fecha de entrega, cantidad, cant, pagina, telefono, tel, nif, cif, dni, rfc, ruc, albaran, albaranes, contrato, referencia, numero de cliente, n cliente, no cliente, num cliente, numero de pedido, n pedido, tipo, iva no, dias, mes, periodo, periodo de facturacion, consumo, kwh, poliza, cups, uds, unidades, fecha operacion, fecha de operacion, mandato, numero de contrato, linea, ano, devolucion, puntos, vendedor nif, numero de cuenta, fecha de pago, forma de pago, por',
    seller: 'vendedor, proveedor, emisor, vendido por, emitida por, datos del emisor, razon social emisor, prestador',
    buyer:
      'cliente, comprador, destinatario, facturar a, facturado a, enviar a, direccion de facturacion, direccion de envio, receptor, datos del cliente, datos cliente, facturado a nombre de, senor, titular, datos de facturacion, factura a, entregar a',
    neutral: 'de, del, la, el, los, las, en, y, e, al, su, esta, eur, euros, es, para, este',
  },
};
